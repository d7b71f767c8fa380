import { expect } from 'chai';
import { graphFile, placesOf } from '../../src/models/layouts.js';
import { copyFixture } from '../support/folder-copy.js';
import type { FolderCopy } from '../support/folder-copy.js';
import { readPixelFile, readReference, toUnit, unlike } from '../support/model-fixture.js';
import { startServiceProcess } from '../support/service-process.js';
import { HALF_MAX_ABS } from '../support/tolerance.js';
import { vectorize } from '../support/vectorize.js';

interface Shape {
  readonly what: string;
  readonly folder: string;
  /** Files of it by the names that they have in this shape instead, where that is all that is different. */
  readonly renamed?: Readonly<Record<string, string>>;
  readonly reference: string;
  /** The file itself scales its vectors to length 1. */
  readonly unit?: true;
  readonly maxAbs?: number;
  readonly towers?: readonly ('image' | 'text')[];
}

const CLIP = 'clip/reference.json';
const SHAPES: readonly Shape[] = [
  { what: 'an attention mask', folder: 'clip-masked', reference: CLIP, towers: ['text'] },
  { what: 'a fixed batch of 1', folder: 'clip-single', reference: CLIP },
  {
    what: 'the towers beside their settings',
    folder: 'clip',
    renamed: { 'onnx/vision_model.onnx': 'vision_model.onnx', 'onnx/text_model.onnx': 'text_model.onnx' },
    reference: CLIP,
  },
  {
    what: "immich's layout: int32 ids, 77 of them, OpenCLIP's crop",
    folder: 'clip-immich',
    reference: 'clip-immich/reference.json',
    unit: true,
  },
  { what: 'both towers in one file', folder: 'clip-combined', reference: CLIP, unit: true },
  {
    what: 'both towers of SigLIP in one file, with a mask that it was trained without',
    folder: 'siglip-combined',
    reference: 'siglip/reference.json',
    unit: true,
  },
  {
    what: "immich's SigLIP: texts cleaned as its settings say, padded to 64 and pooled at the last",
    folder: 'siglip-immich',
    reference: 'siglip/reference.json',
    unit: true,
    towers: ['text'],
  },
  { what: '16-bit floats inside, in and out', folder: 'clip-half', reference: CLIP, maxAbs: HALF_MAX_ABS },
];

describe('model folders of every shape', function () {
  this.timeout(60_000);

  for (const { what, folder, renamed = {}, reference, unit, maxAbs, towers = ['image', 'text'] } of SHAPES) {
    it(`with ${what}: the vectors are the reference's`, async () => {
      const copy = await copyFixture(folder);
      for (const [from, to] of Object.entries(renamed)) await copy.rename(from, to);
      const modalities = towers.length === 1 ? towers : ['both'];
      const service = await startServiceProcess(['--model', copy.folder, '--modalities', ...modalities]);
      const { images, texts } = readReference(reference);
      const expected = (vectors: typeof images, tower: 'image' | 'text') =>
        Object.entries(towers.includes(tower) ? vectors : {}).map(
          ([item, vector]) => [item, unit ? toUnit(vector) : vector] as const,
        );
      const [expectedImages, expectedTexts] = [expected(images, 'image'), expected(texts, 'text')];
      const answer = await vectorize(service.url, {
        images: expectedImages.map(([file]) => readPixelFile(file)),
        texts: expectedTexts.map(([text]) => text),
      });
      await service.stop();
      await copy.discard();
      expect(answer.status, answer.error).to.equal(200);
      expect(unlike(answer.imageVectors, expectedImages, maxAbs)).to.be.empty;
      expect(unlike(answer.textVectors, expectedTexts, maxAbs)).to.be.empty;
    });
  }
});

interface Spoilt {
  readonly what: string;
  readonly folder: string;
  readonly spoil?: (copy: FolderCopy) => Promise<void>;
  readonly towers?: 'image' | 'text';
  readonly message: string;
}

const places = (modality: 'image' | 'text') =>
  placesOf(modality)
    .map((place) => graphFile(place, 'fp32'))
    .join(', ');

const SPOILT: readonly Spoilt[] = [
  {
    what: 'without an image tower',
    folder: 'clip',
    spoil: (copy) => copy.remove('onnx/vision_model.onnx'),
    message: `FOLDER: expected the image tower as one of ${places('image')}, there is none; MODALITIES=text serves what there is`,
  },
  {
    what: 'without a text tower',
    folder: 'clip-immich',
    spoil: (copy) => copy.remove('textual/model.onnx'),
    message: `FOLDER: expected the text tower as one of ${places('text')}, there is none; MODALITIES=image,video serves what there is`,
  },
  {
    what: 'without image settings',
    folder: 'clip',
    spoil: (copy) => copy.remove('preprocessor_config.json'),
    message: 'FOLDER: expected preprocessor_config.json, there is none',
  },
  {
    what: "without immich's image settings",
    folder: 'clip-immich',
    spoil: (copy) => copy.remove('visual/preprocess_cfg.json'),
    message: 'FOLDER: expected visual/preprocess_cfg.json, there is none',
  },
  {
    what: 'without a tokenizer',
    folder: 'clip',
    spoil: (copy) => copy.remove('tokenizer.json'),
    message: 'FOLDER: expected tokenizer.json, there is none',
  },
  {
    what: 'whose image tower ends early',
    folder: 'clip',
    spoil: (copy) => copy.truncate('onnx/vision_model.onnx', -100),
    message:
      'FOLDER/onnx/vision_model.onnx: expected an ONNX file, received bytes of another format or cut short',
  },
  {
    what: 'whose text tower is an empty file',
    folder: 'clip',
    spoil: (copy) => copy.truncate('onnx/text_model.onnx', 0),
    message:
      'FOLDER/onnx/text_model.onnx: expected an ONNX file, received bytes of another format or cut short',
  },
  {
    what: 'whose output is not projected',
    folder: 'clip-unprojected',
    towers: 'image',
    message:
      'FOLDER/onnx/vision_model.onnx: expected an output image_embeds [batch, dimensions], the file has ' +
      'pooler_output float32[batch_size, 32], last_hidden_state float32[batch_size, 17, 32]; ' +
      'pooler_output is not projected into the shared space',
  },
  {
    what: 'whose settings want other images than its file',
    folder: 'clip',
    spoil: (copy) => copy.edit('preprocessor_config.json', { crop_size: 24 }),
    message:
      "FOLDER/onnx/vision_model.onnx: pixel_values: expected rows of 3 × 24 × 24 numbers, as the folder's settings say, the file takes 3 × 32 × 32",
  },
  {
    what: 'whose settings let texts be longer than its file',
    folder: 'clip-immich',
    spoil: (copy) => copy.edit('config.json', { text_cfg: { context_length: 78 } }),
    message:
      "FOLDER/textual/model.onnx: text: expected rows of 78 tokens, as the folder's settings say, the file takes 77",
  },
];

describe('a model folder that cannot be served', function () {
  this.timeout(60_000);

  for (const { what, folder, spoil, towers = 'both', message } of SPOILT) {
    it(`${what}: the service ends with 1 and one line that says so`, async () => {
      const copy = await copyFixture(folder);
      await spoil?.(copy);
      const failure = await startServiceProcess([
        ...['--model', copy.folder, '--modalities', towers, '--log-level', 'error'],
      ]).catch((error: Error) => error.message.replaceAll(copy.folder, 'FOLDER'));
      await copy.discard();
      expect(failure).to.equal(`ended with 1 before it was ready:\nhandspring: ${message}`);
    });
  }
});
