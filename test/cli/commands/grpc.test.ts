import { expect } from 'chai';
import { pino } from 'pino';
import { startServer } from '../../../src/cli/commands/start-server.js';
import type { RunningServer } from '../../../src/cli/commands/start-server.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import { TestClient, numbersOf } from '../../support/grpc.js';
import { fixtureFolder, readPixelFile } from '../../support/model-fixture.js';
import { vectorize } from '../../support/vectorize.js';

const PHOTO = readPixelFile('jpeg-420.jpg');
const ITEMS = { items: [{ text: 'a cat' }, { image: PHOTO }] };
const EMBED = 'handspring.v1.Embeddings/Embed';

describe('a service with a port for gRPC', function () {
  this.timeout(60_000);
  let server: RunningServer;
  let client: TestClient;
  before(async () => {
    const flags = { model: fixtureFolder('clip'), host: '127.0.0.1', port: '0', grpcPort: '0' };
    server = await startServer(loadConfig('serve', { flags, env: {} }), pino({ level: 'silent' }));
    client = new TestClient(`127.0.0.1:${server.grpcPort}`);
  });
  after(() => client.close());

  it('answers the vectors of HTTP, to the bit', async () => {
    const { message } = await client.ask(EMBED, ITEMS);
    const vectors = (message?.['vectors'] as unknown[]).map(numbersOf);
    const { textVectors, imageVectors } = await vectorize(server.url, {
      texts: ['a cat'],
      images: [PHOTO],
    });
    expect(vectors).to.deep.equal(
      [textVectors[0], imageVectors[0]].map((vector = []) => vector.map(Math.fround)),
    );
  });

  it('names the photo that is none', async () => {
    const { details, trailers } = await client.ask(EMBED, {
      items: [{ image: PHOTO }, { image: Buffer.from('no photo') }],
    });
    expect(details).to.match(/^items\[1\]: expected a JPEG, PNG/);
    expect(trailers).to.include({ 'handspring-code': 'invalid_image' });
  });

  it('answers what is under way when it stops, and nothing after', async () => {
    const answers = Array.from({ length: 8 }, () => client.ask(EMBED, ITEMS));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.stop();
    for (const { code } of await Promise.all(answers)) expect(code).to.equal(0);
    expect((await client.ask(EMBED, ITEMS)).code).to.equal(14);
  });
});
