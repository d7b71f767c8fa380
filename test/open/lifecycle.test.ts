import { expect } from 'chai';
import sharp from 'sharp';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';

const photo = () =>
  sharp({ create: { width: 600, height: 400, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();

describe('a service process', function () {
  this.timeout(60_000);
  let service: ServiceProcess | undefined;
  afterEach(() => service?.stop());

  it('finishes what it has admitted after SIGTERM, and exits with 0', async () => {
    service = await startServiceProcess();
    const images = Array.from({ length: 40 }, photo);
    const admitted = vectorize(service.url, { images: await Promise.all(images) });
    await untilAdmitted(service);
    service.child.kill('SIGTERM');
    const answer = await admitted;
    expect(answer.imageVectors).to.have.length(40);
    expect(await service.exited).to.equal(0);
  });

  it('ends at once on a second signal, and says so by its exit code', async () => {
    service = await startServiceProcess();
    const images = await Promise.all(Array.from({ length: 200 }, photo));
    const status = vectorize(service.url, { images }).then(
      (answer) => answer.status,
      () => 'cut off',
    );
    await untilAdmitted(service);
    service.child.kill('SIGTERM');
    await service.logged('stopping');
    service.child.kill('SIGTERM');
    expect(await service.exited).to.equal(1);
    expect(await status).to.be.oneOf(['cut off', 503]);
  });

  it('ends when the time to finish is over', async () => {
    service = await startServiceProcess(['--shutdown-timeout', '1ms']);
    const images = await Promise.all(Array.from({ length: 200 }, photo));
    void vectorize(service.url, { images }).catch(() => undefined);
    await untilAdmitted(service);
    service.child.kill('SIGTERM');
    expect(await service.exited).to.equal(1);
  });

  it('loads one tower only if told to, and refuses the other by name', async () => {
    service = await startServiceProcess(['--modalities', 'text']);
    const { textVectors } = await vectorize(service.url, { texts: ['a cat'] });
    expect(textVectors[0]).to.have.length(384);
    const refused = await vectorize(service.url, { images: [await photo()] });
    expect([refused.status, refused.error]).to.deep.equal([
      400,
      'images: expected none, this service was started without the image tower (MODALITIES)',
    ]);
    expect(
      service.log.filter(({ msg }) => msg === 'tower ready').map(({ modality }) => modality),
    ).to.deep.equal(['text']);
  });

  it('tells its limit and the form of each tower, and counts no restart of a tower before the first', async () => {
    service = await startServiceProcess(['--max-pending-items', '77']);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).to.match(/^handspring_items_limit 77$/m);
    for (const modality of ['image', 'text']) {
      expect(metrics).to.match(
        new RegExp(`^handspring_encoder_restarts_total\\{modality="${modality}"\\} 0$`, 'm'),
      );
      const form = `modality="${modality}",precision="fp32",int8="",optimized="false"`;
      expect(metrics).to.include(`\nhandspring_tower_info{${form}} 1\n`);
    }
  });

  it('writes a line for each request with its id, and nothing of what was sent', async () => {
    service = await startServiceProcess();
    const { headers } = await vectorize(service.url, { texts: ['a secret wish'] });
    await service.logged('request');
    const line = service.log.find(({ msg }) => msg === 'request');
    expect(line).to.include({
      requestId: headers.get('x-request-id'),
      path: '/vectorize',
      status: 200,
      outcome: 'ok',
      texts: 1,
    });
    expect(JSON.stringify(service.log)).to.not.include('secret');
  });

  it('is not thrown off by the variables of other setups', async () => {
    const env = {
      ENABLE_CUDA: '1',
      CUDA_CORE: 'x',
      TRUST_REMOTE_CODE: 'true',
      HANDSPRING_PORT: 'tcp://10.0.0.1:8080',
    };
    service = await startServiceProcess([], env);
    expect((await fetch(`${service.url}/.well-known/ready`)).status).to.equal(204);
  });

  it('does not start on a model that is not there, and says so in one line', async () => {
    const error = await startServiceProcess(['--model', '/nowhere']).catch((caught: Error) => caught);
    expect(error).to.have.property(
      'message',
      'ended with 2 before it was ready:\n--model: expected a folder that exists, received /nowhere',
    );
  });

  it('does not start with wrong options, and lists them all', async () => {
    const error = await startServiceProcess(['--log-level', 'loud'], { MAX_ITEMS: 'many' }).catch(
      (caught: Error) => caught,
    );
    expect(error).to.have.property(
      'message',
      'ended with 2 before it was ready:\n--log-level: expected one of debug, info, warn, error, silent, received "loud"\n' +
        'MAX_ITEMS: expected a whole number from 1 to 100000, received "many"',
    );
  });
});

async function untilAdmitted({ url }: ServiceProcess): Promise<void> {
  const admitted = /^handspring_items_admitted [1-9]/m;
  while (!admitted.test(await (await fetch(`${url}/metrics`)).text()));
}
