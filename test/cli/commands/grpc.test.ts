import { expect } from 'chai';
import { pino } from 'pino';
import { startServer } from '../../../src/cli/commands/start-server.js';
import type { RunningServer } from '../../../src/cli/commands/start-server.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import { inspectImage } from '../../../src/towers/image/decode/inspect.js';
import { preprocessImage } from '../../../src/towers/image/preprocess.js';
import { readImageSettings } from '../../../src/towers/image/settings.js';
import { TestClient, numbersOf } from '../../support/grpc.js';
import { fixtureFolder, readPixelFile } from '../../support/model-fixture.js';
import { vectorize } from '../../support/vectorize.js';

const PHOTO = readPixelFile('jpeg-420.jpg');
const ITEMS = { items: [{ text: 'a cat' }, { image: PHOTO }] };
const EMBED = 'handspring.v1.Embeddings/Embed';
const TENSORS = 'embeddings_proto.Embeddings/GetEmbeddings';
/** What the model wants of an image. */
const SHAPE = [3, 32, 32];

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

  it('answers pixels that were prepared elsewhere as the photo that they are of, to the bit', async () => {
    const pixels = await preparePhoto();
    const { message } = await client.ask(TENSORS, { content: [bytesOf(pixels)], shape: [1, ...SHAPE] });
    const { content, shape } = message as { content: Buffer[]; shape: number[] };
    const { imageVectors } = await vectorize(server.url, { images: [PHOTO] });
    expect(content.map((entry) => entry.readFloatLE())).to.deep.equal(imageVectors[0]?.map(Math.fround));
    expect(shape).to.deep.equal([1, content.length]);
  });

  it('names the prepared pixels that are not this model’s, and what is wrong with them', async () => {
    const pixels = await preparePhoto();
    const turned = { content: [bytesOf(pixels)], shape: [1, ...[...SHAPE].reverse()] };
    expect((await client.ask(TENSORS, turned)).details).to.equal(
      `content[0]: expected pixels of the shape [${SHAPE.join(', ')}], received [${[...SHAPE].reverse().join(', ')}]`,
    );
    const broken = Float32Array.from(pixels).fill(NaN, -1);
    const both = { content: [bytesOf(pixels), bytesOf(broken)], shape: [2, ...SHAPE] };
    const { code, details } = await client.ask(TENSORS, both);
    expect(details).to.equal('content[1]: expected finite numbers, received NaN');
    expect(code).to.equal(3);
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

async function preparePhoto(): Promise<Float32Array> {
  const header = await inspectImage(PHOTO, { maxBytes: 1e6, maxPixels: 1e6 });
  return preprocessImage(PHOTO, header, await readImageSettings(fixtureFolder('clip'), {}), {
    orient: false,
  });
}

function bytesOf({ buffer }: Float32Array): Uint8Array {
  return new Uint8Array(buffer);
}
