import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import sharp from 'sharp';
import { ROOT } from '../../src/version.js';
import { seededRandom } from '../support/random.js';
import { imageBombs } from './bombs.js';
import { ROUNDS, SEED, startFuzzedService } from './fuzzed-service.js';
import type { FuzzedService } from './fuzzed-service.js';
import { mutate } from './mutate.js';

const PIXELS = fileURLToPath(new URL('test/fixtures/pixels/', ROOT));
const SAMPLES = fileURLToPath(new URL('samples/', ROOT));
/** Larger ones would only spend the time on decoding. */
const LARGEST_INPUT = 60_000;

async function readInputs(): Promise<Buffer[]> {
  const files = readdirSync(PIXELS).filter((name) => /\.(jpg|png|webp|gif|tiff?|bmp|avif)$/.test(name));
  const inputs = files.map((name) => readFileSync(PIXELS + name));
  const photos = readdirSync(SAMPLES).filter((name) => name.endsWith('.jpg'));
  const small = photos.map((name) =>
    sharp(SAMPLES + name)
      .resize(160)
      .jpeg()
      .toBuffer(),
  );
  return [...inputs, ...(await Promise.all(small))].filter(({ length }) => length <= LARGEST_INPUT);
}

const toBody = (bytes: Buffer, how: string) => ({
  bytes: Buffer.from(`{"images":["${bytes.toString('base64')}"]}`),
  headers: {},
  how,
});

describe(`mutated images, seed ${SEED}`, () => {
  let service: FuzzedService;
  before(async () => {
    service = await startFuzzedService();
  });
  after(() => service.stop());

  it(`${ROUNDS} of them: no crash, no hang, no leak, no 5xx`, async () => {
    const inputs = await readInputs();
    expect(inputs.length).to.be.greaterThan(80);
    const random = seededRandom(SEED);
    const next = () => {
      const { bytes, how } = mutate(inputs, random);
      return toBody(bytes, how);
    };
    const warmUp = Math.ceil(ROUNDS / 4);
    await service.send(warmUp, next);
    const before = await service.facts();
    await service.send(ROUNDS - warmUp, next);
    console.log(`        answers: ${JSON.stringify(Object.fromEntries(service.statuses))}`);
    expect(service.problems).to.deep.equal([]);
    // Mutations that always break, or never, would test nothing.
    for (const status of [200, 422]) expect(service.statuses.get(status)).to.be.greaterThan(ROUNDS / 50);
    await service.expectHealthy(before);
  });
});

describe('image bombs', () => {
  let service: FuzzedService;
  before(async () => {
    service = await startFuzzedService();
  });
  after(() => service.stop());

  it('are refused by what they announce, or decoded, mutated ones too', async () => {
    const bombs = imageBombs();
    for (const [at, bomb] of bombs.entries()) {
      await service.send(1, () => toBody(bomb, `bomb ${at}`));
    }
    const random = seededRandom(SEED);
    const mutated = () => {
      const { bytes, how } = mutate(bombs, random);
      return toBody(bytes, `bomb ${how}`);
    };
    const warmUp = Math.ceil(ROUNDS / 100); // all connections are open before they are counted
    await service.send(warmUp, mutated);
    const before = await service.facts();
    await service.send(Math.ceil(ROUNDS / 20) - warmUp, mutated);
    expect(service.problems).to.deep.equal([]);
    await service.expectHealthy(before);
  });
});
