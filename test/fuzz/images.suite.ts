import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import sharp from 'sharp';
import { ROOT } from '../../src/core/own-module.js';
import { seededRandom } from '../support/random.js';
import { imageBombs } from './bombs.js';
import { expectUnharmed, ROUNDS, SEED, serviceOfSuite } from './fuzz-suite.js';
import { mutate } from './mutate.js';

const PIXELS = fileURLToPath(new URL('test/fixtures/pixels/', ROOT));
const SAMPLES = fileURLToPath(new URL('samples/', ROOT));
/** Larger ones would only spend the time on decoding. */
const LARGEST_INPUT = 60_000;

async function readInputs(): Promise<Buffer[]> {
  const files = readdirSync(PIXELS).filter((name) => /\.(jpg|png|webp|gif|tiff?|bmp|avif|heic)$/.test(name));
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
  const service = serviceOfSuite();

  it(`${ROUNDS} of them: no crash, no hang, no leak, no 5xx`, async () => {
    const inputs = await readInputs();
    expect(inputs.length).to.be.greaterThan(80);
    const random = seededRandom(SEED);
    const next = () => {
      const { bytes, how } = mutate(inputs, random);
      return toBody(bytes, how);
    };
    await expectUnharmed(service(), ROUNDS, next, [200, 422]);
  });
});

describe('image bombs', () => {
  const service = serviceOfSuite();

  it('are refused by what they announce, or decoded, mutated ones too', async () => {
    const bombs = imageBombs();
    for (const [at, bomb] of bombs.entries()) {
      await service().send(1, () => toBody(bomb, `bomb ${at}`));
    }
    const random = seededRandom(SEED);
    const mutated = () => {
      const { bytes, how } = mutate(bombs, random);
      return toBody(bytes, `bomb ${how}`);
    };
    await expectUnharmed(service(), Math.ceil(ROUNDS / 20), mutated);
  });
});
