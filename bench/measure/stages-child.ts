/**
 * Each stage of a request alone, on one thread (the encoders on all cores), in milliseconds for one item.
 *
 *     node dist/bench/measure/stages-child.js MODEL SECONDS
 */
import { BlockingEncoder } from '../../src/onnx/session/blocking-encoder.js';
import type { Served } from '../../src/serve/contracts/contract.js';
import { toJson } from '../../src/serve/contracts/json-answer.js';
import { clipContract } from '../../src/serve/contracts/clip.js';
import { decodeImage } from '../../src/towers/image/decode/decode.js';
import { inspectImage } from '../../src/towers/image/decode/inspect.js';
import { normalise } from '../../src/towers/image/normalise.js';
import { resizeAndCrop } from '../../src/towers/image/preprocess.js';
import type { ImageSettings } from '../../src/towers/image/settings.js';
import { readImageSettings } from '../../src/towers/image/settings.js';
import { loadModelFolder } from '../../src/models/folder/folder.js';
import { loadTokenizer } from '../../src/towers/text/tokenizer.js';
import { PHOTO_SIZES, makePhoto } from '../load/photos.js';
import type { PhotoSize } from '../load/photos.js';
import { createImageBodies } from '../load/bodies.js';
import { loadWords } from '../inputs.js';
import { createTexts } from '../load/words.js';
import { TEXT_LENGTHS } from '../plan.js';
import type { Sample } from './child.js';
import { specOf } from './raw-session.js';
import { measureRate } from './rate.js';

const LIMITS = { maxBytes: 2 ** 30, maxPixels: 2 ** 30 };

const [folder = '', seconds = '1'] = process.argv.slice(2);
const model = await loadModelFolder(folder);
const samples: Sample[] = [];

async function stage(name: string, work: () => unknown, items = 1): Promise<void> {
  const runs = await measureRate(work, Number(seconds));
  samples.push({ name: `stage/${name}`, unit: 'ms', value: 1000 / (runs * items) });
}

/** What the contract is told of the service; nothing of it costs time. */
const served: Served = {
  maxItems: 1,
  maxTexts: 1,
  model: {
    name: folder,
    modalities: ['image', 'text'],
    dimensions: 512,
    normalized: true,
    takesLongTexts: true,
    matryoshkaDimensions: [],
    aliases: [],
  },
};

async function measureImages(settings: ImageSettings): Promise<void> {
  for (const size of Object.keys(PHOTO_SIZES) as PhotoSize[]) {
    const jpeg = await makePhoto(size, 1);
    const body = createImageBodies([jpeg])().bytes.toString();
    const header = await inspectImage(jpeg, LIMITS);
    const image = await decodeImage(jpeg, header, { orient: false });
    const square = resizeAndCrop(image, settings);
    await stage(`parse ${size}`, () => clipContract.parse(JSON.parse(body), served));
    await stage(`inspect ${size}`, () => inspectImage(jpeg, LIMITS));
    await stage(`decode ${size}`, () => decodeImage(jpeg, header, { orient: false }));
    await stage(`resize ${size}`, () => resizeAndCrop(image, settings));
    if (size === '640x480') await stage('normalise', () => normalise(square.data, settings));
  }
}

async function measureImageTower(settings: ImageSettings): Promise<void> {
  const tower = await BlockingEncoder.load(await specOf(model, 'image'));
  const pixels = 3 * settings.size ** 2;
  for (const batch of [1, 2, 4, 8]) {
    const rows = Array.from({ length: batch }, () => new Float32Array(pixels));
    await stage(`encode image, batch ${batch}`, () => tower.encode(rows), batch);
  }
  const joined = new Float32Array(8 * pixels);
  const row = new Float32Array(pixels);
  await stage('copy a row into its batch', () => joined.set(row, row.length));
  await tower.close();
}

async function measureTexts(): Promise<void> {
  const tokenizer = await loadTokenizer(folder, model.towers['text']);
  const words = await loadWords(folder);
  const overhead = tokenizer.tokenize('').ids.length;
  const tower = await BlockingEncoder.load(await specOf(model, 'text'));
  for (const length of TEXT_LENGTHS) {
    const next = createTexts(words, length - overhead, 1);
    await stage(`tokenise ${length} tokens`, () => tokenizer.tokenize(next()));
    const { ids } = tokenizer.tokenize(next());
    for (const batch of [1, 16]) {
      const rows = Array.from({ length: batch }, () => ids);
      await stage(`encode ${length} tokens, batch ${batch}`, () => tower.encode(rows), batch);
    }
  }
  const { vectors } = await tower.encode([tokenizer.tokenize('a photo').ids]);
  const textVectors = vectors.filter((vector) => vector !== undefined);
  await stage('serialise', () => toJson({ textVectors }));
  await tower.close();
}

const { image, text } = model.towers;
if (image) {
  const settings = await readImageSettings(folder, image);
  await measureImages(settings);
  await measureImageTower(settings);
}
if (text) await measureTexts();
process.stdout.write(JSON.stringify(samples));
