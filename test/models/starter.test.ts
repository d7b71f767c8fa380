import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Row } from '../../src/core/encoder.js';
import type { EncoderSpec } from '../../src/onnx/session/encoder-spec.js';
import { BlockingEncoder } from '../../src/onnx/session/blocking-encoder.js';
import { encoderSpecs } from '../support/encoder-specs.js';
import { inspectImage } from '../../src/towers/image/decode/inspect.js';
import { readImageSettings } from '../../src/towers/image/settings.js';
import type { ImageSettings } from '../../src/towers/image/settings.js';
import { preprocessImage } from '../../src/towers/image/preprocess.js';
import { loadModelFolder } from '../../src/models/folder/folder.js';
import type { ModelFolder } from '../../src/models/folder/folder.js';
import { loadTokenizer } from '../../src/towers/text/tokenizer.js';
import type { Tokenizer } from '../../src/towers/text/tokenizer.js';
import { ROOT } from '../../src/core/own-module.js';

/** Largest difference of one number of a unit vector between a row alone and the same row in a batch. */
const BATCH_TOLERANCE = 1e-6;

/** A text, and the one sample photo it is about. */
const ABOUT: Readonly<Record<string, string>> = {
  'a cat': 'chelsea-the-cat',
  'a cup of coffee': 'coffee-cup',
  'sheep in a field': 'march-pastoral',
  'a flower': 'flower-dahlia',
  'a rocket': 'rocket-on-the-pad',
  mountains: 'french-alpine-landscape',
};

describe('the starter model', () => {
  let model: ModelFolder;
  let settings: ImageSettings;
  let tokenizer: Tokenizer;
  let imageTower: BlockingEncoder;
  let textTower: BlockingEncoder;

  before(async () => {
    model = await loadModelFolder(fileURLToPath(new URL('models/starter', ROOT)));
    settings = await readImageSettings(model.folder, model.towers.image ?? {});
    tokenizer = await loadTokenizer(model.folder);
    const specs = await encoderSpecs(model, { threads: 1, spinMicroseconds: 0, normalize: false, evenLengths: false });
    const load = (modality: string) =>
      BlockingEncoder.load(specs.find(({ name }) => name === modality) as EncoderSpec);
    [imageTower, textTower] = [await load('image'), await load('text')];
  });
  after(() => Promise.all([imageTower.close(), textTower.close()]));

  const embedPhoto = async (name: string) => {
    const bytes = await readFile(fileURLToPath(new URL(`samples/${name}.jpg`, ROOT)));
    const header = await inspectImage(bytes, { maxBytes: 1e7, maxPixels: 1e7 });
    return preprocessImage(bytes, header, settings, { orient: false });
  };
  const run = async (tower: BlockingEncoder, rows: readonly Row[]) =>
    (await tower.encode(rows)).vectors.map((vector) => Array.from(vector ?? []));
  const embedTexts = (texts: readonly string[]) =>
    run(
      textTower,
      texts.map((text) => tokenizer.tokenize(text).ids),
    );

  it('says that it is not CLIP, and what it is fed', () => {
    expect(model).to.include({ name: 'starter', normalize: true });
    expect(model.note).to.match(/^It is not CLIP/);
    expect(tokenizer.contextLength).to.equal(256);
    const { mean, std, rescaleFactor, ...rest } = settings;
    expect(rest).to.deep.equal({
      size: 224,
      resize: 'shortest-edge',
      resizeTo: 224,
      filter: 'bicubic',
      cropRounding: 'floor',
    });
    // EfficientNet-Lite's (rgb - 127) / 128, in Hugging Face's terms
    expect({ mean, std, rescaleFactor }).to.deep.equal({
      mean: Array(3).fill(127 / 255),
      std: Array(3).fill(128 / 255),
      rescaleFactor: 1 / 255,
    });
  });

  it('gives unit vectors of one length for both towers, up to the longest text', async () => {
    const [image = []] = await run(imageTower, [new Float32Array(3 * 224 * 224)]);
    const [text = [], longest = []] = await embedTexts(['a photo', 'word '.repeat(300)]);
    for (const vector of [image, text, longest]) {
      expect(vector).to.have.lengthOf(384);
      expect(Math.hypot(...vector)).to.be.closeTo(1, 1e-5);
    }
  });

  it('gives a row the same vector alone and in a batch, padded or not', async () => {
    const texts = ['dog', 'a photo of a dog on the beach', 'two people in a small red boat, far from the shore'];
    const alone = (await Promise.all(texts.map((text) => embedTexts([text])))).flat();
    expect(largestDifference(await embedTexts(texts), alone)).to.be.below(BATCH_TOLERANCE);

    const photos = await Promise.all(['coffee-cup', 'chelsea-the-cat', 'grass'].map(embedPhoto));
    const rows = photos as Float32Array<ArrayBuffer>[];
    const single = (await Promise.all(rows.map((row) => run(imageTower, [row])))).flat();
    expect(largestDifference(await run(imageTower, rows), single)).to.be.below(BATCH_TOLERANCE);
  });

  it('finds each of six photos by a few words about it', async () => {
    const names = Object.values(ABOUT);
    const photos = (await Promise.all(names.map(embedPhoto))) as Float32Array<ArrayBuffer>[];
    const images = await run(imageTower, photos);
    const texts = await embedTexts(Object.keys(ABOUT));
    const found = texts.map((text) => {
      const scores = images.map((image) => image.reduce((sum, x, i) => sum + x * (text[i] ?? 0), 0));
      return names[scores.indexOf(Math.max(...scores))];
    });
    expect(found).to.deep.equal(names);
  });
});

function largestDifference(a: readonly number[][], b: readonly number[][]): number {
  return Math.max(...a.flatMap((row, r) => row.map((x, i) => Math.abs(x - (b[r]?.[i] ?? NaN)))));
}
