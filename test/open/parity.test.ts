import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { fixtureFolder, readPixelFile, readReference, toUnit, unlike } from '../support/model-fixture.js';
import { seededRandom, shuffled } from '../support/random.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';
import type { Answer, VectorizeItems } from '../support/vectorize.js';

const readSample = (name: string) => readFileSync(fileURLToPath(new URL(`samples/${name}`, ROOT)));

interface Model {
  readonly name: string;
  readonly folder: string;
  readonly reference: string;
  readonly readImage: (name: string) => Buffer;
  /** Indices of the texts longer than the context. */
  readonly truncated: string;
}

const MODELS: readonly Model[] = [
  {
    name: 'a tiny CLIP',
    folder: fixtureFolder('clip'),
    reference: 'clip/reference.json',
    readImage: readPixelFile,
    truncated: '22,23',
  },
  {
    name: 'a tiny SigLIP',
    folder: fixtureFolder('siglip'),
    reference: 'siglip/reference.json',
    readImage: readPixelFile,
    truncated: '22',
  },
  { name: 'the starter', folder: 'starter', reference: 'starter.json', readImage: readSample, truncated: '' },
];

for (const { name, folder, reference, readImage, truncated } of MODELS) {
  const { images, texts } = readReference(reference);
  const expectedImages = Object.entries(images);
  const expectedTexts = Object.entries(texts);
  const items: VectorizeItems[] = [
    ...expectedImages.map(([file]) => ({ images: [readImage(file)] })),
    ...expectedTexts.map(([text]) => ({ texts: [text] })),
  ];
  const expected = [...expectedImages, ...expectedTexts];
  const together = (url: string) =>
    vectorize(url, {
      images: expectedImages.map(([file]) => readImage(file)),
      texts: expectedTexts.map(([text]) => text),
    });

  for (const threads of [1, 2, 3]) {
    describe(`the vectors of ${name}, with ${threads} threads, are the reference's`, function () {
      this.timeout(60_000);
      let service: ServiceProcess;
      before(async () => {
        const options = ['--model', folder, '--threads', String(threads), '--cache-bytes', '0'];
        service = await startServiceProcess(options);
      });
      after(() => service.stop());

      it('for all in one request, and tell which texts were cut', async () => {
        const answer = await together(service.url);
        expect(unlike(answer.imageVectors, expectedImages)).to.be.empty;
        expect(unlike(answer.textVectors, expectedTexts)).to.be.empty;
        expect(answer.headers.get('handspring-truncated-texts') ?? '').to.equal(truncated);
      });

      it('for each alone', async () => {
        const vectors: number[][] = [];
        for (const item of items) vectors.push(only(await vectorize(service.url, item)));
        expect(unlike(vectors, expected)).to.be.empty;
      });

      it('for all at once in requests of one, in any order', async () => {
        for (const seed of [1, 2, 3]) {
          const order = shuffled([...items.keys()], seededRandom(seed));
          const answers = await Promise.all(order.map((at) => vectorize(service.url, items[at] ?? {})));
          const inOrder = order.map((at) => expected[at] ?? (['', []] as const));
          expect(unlike(answers.map(only), inOrder)).to.be.empty;
        }
      });
    });
  }

  it(`the vectors of ${name} are of length 1 and otherwise the same when normalised`, async function () {
    this.timeout(60_000);
    const service = await startServiceProcess(['--model', folder, '--normalize', 'on']);
    const answer = await together(service.url);
    await service.stop();
    const scaled = (entries: typeof expectedTexts) =>
      entries.map(([item, vector]) => [item, toUnit(vector)] as const);
    expect(unlike(answer.imageVectors, scaled(expectedImages))).to.be.empty;
    expect(unlike(answer.textVectors, scaled(expectedTexts))).to.be.empty;
  });
}

function only({ imageVectors, textVectors }: Answer): number[] {
  return [...imageVectors, ...textVectors][0] ?? [];
}
