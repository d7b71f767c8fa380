import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { makeFolder } from '../../support/folder.js';
import { StandInHub } from '../../support/hub.js';
import { fixtureFolder } from '../../support/model-fixture.js';
import { launchServiceProcess } from '../../support/service-process.js';
import type { LaunchedProcess } from '../../support/service-process.js';
import { vectorize } from '../../support/vectorize.js';

const CLIP = fixtureFolder('clip');
const FILES = [
  ...['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'],
  ...['onnx/vision_model.onnx', 'onnx/text_model.onnx'],
];

describe('a service that is being started', function () {
  this.timeout(60_000);
  let hub: StandInHub;
  let cache: Awaited<ReturnType<typeof makeFolder>>;
  let openGate: () => void;
  let bytesAsked: Promise<void>;
  let service: LaunchedProcess;

  beforeEach(async () => {
    cache = await makeFolder({});
    const files = FILES.map((file) => [
      file,
      { content: readFileSync(path.join(CLIP, file)), lfs: file.endsWith('.onnx') },
    ]);
    hub = await new StandInHub('someone/clip', Object.fromEntries(files) as StandInHub['files']).start();
    hub.gate = new Promise((resolve) => (openGate = resolve));
    bytesAsked = new Promise((resolve) => (hub.onBytesAsked = resolve));
  });
  afterEach(async () => {
    await service.stop();
    await hub.stop();
    await cache.remove();
  });

  const launch = (...args: string[]) =>
    (service = launchServiceProcess([...args, '--cache-dir', cache.folder]));
  const launchFromHub = () => launch('--model', 'someone/clip', '--hf-endpoint', hub.endpoint);
  const urlOf = async () => (await service.logged('listening'))['url'] as string;

  it('lives and answers 503 while its model is fetched, and then serves', async () => {
    launchFromHub();
    await bytesAsked;
    const url = await urlOf();
    const statusOf = async (route: string) => (await fetch(url + route)).status;
    expect(await statusOf('/.well-known/live')).to.equal(204);
    expect(await statusOf('/.well-known/ready')).to.equal(503);
    const { status, code, headers } = await vectorize(url, { texts: ['a cat'] });
    expect([status, code, headers.get('retry-after')]).to.deep.equal([503, 'not_ready', '1']);
    const { handspring } = (await (await fetch(`${url}/meta`)).json()) as { handspring: { model: unknown } };
    expect(handspring.model).to.equal(null);
    openGate();
    await service.logged('ready');
    expect(await statusOf('/.well-known/ready')).to.equal(204);
    expect((await vectorize(url, { texts: ['a cat'] })).status).to.equal(200);
    const order = service.log.map(({ msg }) => msg).filter((msg) => msg !== 'request');
    expect(order.filter((msg, at) => msg !== order[at - 1])).to.deep.equal([
      ...['listening; answers 503 until the model is loaded', 'download', 'tower ready', 'ready'],
    ]);
  });

  it('ends on SIGTERM while its model is fetched, and the next one goes on with that at once', async () => {
    launchFromHub();
    await bytesAsked;
    service.child.kill('SIGTERM');
    expect(await service.exited).to.equal(0);
    expect(service.log.at(-1)).to.include({ msg: 'stopped before it was ready' });
    openGate();
    launchFromHub();
    await service.logged('ready');
    expect(service.log.filter(({ kind }) => kind === 'waiting')).to.deep.equal([]);
  });

  it('ends with 1 and says why where its model turns out to be none', async () => {
    hub.files['onnx/vision_model.onnx']?.content.fill(0);
    openGate();
    launchFromHub();
    expect(await service.exited).to.equal(1);
    expect(service.log[0]?.['msg']).to.match(/^listening/);
    expect(service.log.at(-1)?.['text']).to.match(
      /^handspring: .*vision_model\.onnx: expected an ONNX file, received bytes of another format/,
    );
  });

  it('ends on SIGTERM while its towers are loaded', async () => {
    launch('--model', CLIP);
    await service.logged('listening');
    service.child.kill('SIGTERM');
    expect(await service.exited).to.equal(0);
    expect(service.log.at(-1)).to.include({ msg: 'stopped before it was ready' });
  });

  it('ends on SIGTERM while its graphs are rewritten, and the next one finds nothing half done', async () => {
    launch('--model', CLIP, '--optimize');
    await service.logged('optimising');
    service.child.kill('SIGTERM');
    expect(await service.exited).to.equal(0);
    expect(service.log.at(-1)).to.include({ msg: 'stopped before it was ready' });
    launch('--model', CLIP, '--optimize');
    await service.logged('ready');
    expect(service.log.filter(({ msg }) => msg === 'another process is at it; waiting')).to.deep.equal([]);
    const written = await readdir(path.join(cache.folder, 'derived'), { recursive: true });
    expect(written.filter((name) => /\.(part|lock)$/.test(name))).to.deep.equal([]);
  });
});
