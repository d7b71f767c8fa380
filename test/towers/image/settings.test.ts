import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ModelFolderError } from '../../../src/models/folder/folder-error.js';
import {
  parseHuggingFaceImage,
  parseOpenClipImage,
  readImageSettings,
} from '../../../src/towers/image/settings.js';

/** As in openai/clip-vit-base-patch32. */
const CLIP = {
  crop_size: 224,
  do_center_crop: true,
  do_normalize: true,
  do_resize: true,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  resample: 3,
  size: 224,
};

describe('preprocessing settings', () => {
  it("reads CLIP's old form, where sizes are numbers", () => {
    expect(parseHuggingFaceImage(CLIP)).to.deep.equal({
      size: 224,
      resize: 'shortest-edge',
      resizeTo: 224,
      filter: 'bicubic',
      cropRounding: 'floor',
      rescaleFactor: 1 / 255,
      mean: CLIP.image_mean,
      std: CLIP.image_std,
    });
  });

  it("reads CLIP's new form, where sizes are objects", () => {
    const config = {
      ...CLIP,
      size: { shortest_edge: 256 },
      crop_size: { height: 224, width: 224 },
      rescale_factor: 0.5,
    };
    expect(parseHuggingFaceImage(config)).to.include({ size: 224, resizeTo: 256, rescaleFactor: 0.5 });
  });

  it("reads SigLIP's: both sides squashed, no crop", () => {
    const config = {
      size: { height: 384, width: 384 },
      resample: 3,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    };
    expect(parseHuggingFaceImage(config)).to.include({ size: 384, resizeTo: 384, resize: 'squash' });
  });

  it('takes null for what is left to the program, as newer processors write it', () => {
    const siglip = {
      ...{ size: { height: 384, width: 384 }, crop_size: null, do_center_crop: null, do_rescale: null },
      ...{ do_normalize: null, rescale_factor: null, resample: null, do_resize: true },
      ...{ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
    };
    expect(parseHuggingFaceImage(siglip)).to.deep.include({
      ...{ size: 384, resize: 'squash', filter: 'bicubic', rescaleFactor: 1 / 255, std: [0.5, 0.5, 0.5] },
    });
  });

  it("reads MobileCLIP's: bilinear, and no normalisation", () => {
    const config = {
      ...CLIP,
      do_normalize: false,
      resample: 2,
      size: { shortest_edge: 256 },
      crop_size: { height: 256, width: 256 },
    };
    const settings = parseHuggingFaceImage(config);
    expect(settings).to.include({ size: 256, filter: 'bilinear' });
    expect([settings.mean, settings.std]).to.deep.equal([
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });

  it("reads OpenCLIP's, whose crop rounds half to even", () => {
    const config = {
      size: [224, 224],
      interpolation: 'bicubic',
      resize_mode: 'shortest',
      mean: CLIP.image_mean,
      std: CLIP.image_std,
    };
    expect(parseOpenClipImage(config)).to.include({
      size: 224,
      resize: 'shortest-edge',
      resizeTo: 224,
      cropRounding: 'half-even',
    });
    expect(parseOpenClipImage({ ...config, resize_mode: 'squash' })).to.include({ resize: 'squash' });
  });

  const refused: [what: string, parse: () => unknown, message: string][] = [
    [
      'a filter it does not have',
      () => parseHuggingFaceImage({ ...CLIP, resample: 1 }),
      'resample: expected bicubic (3) or bilinear (2), received 1',
    ],
    [
      'a crop that is no square',
      () => parseHuggingFaceImage({ ...CLIP, crop_size: { height: 2, width: 3 } }),
      'crop_size: expected a square, received "3 x 2"',
    ],
    [
      'a missing mean',
      () => parseHuggingFaceImage({ ...CLIP, image_mean: undefined }),
      'image_mean: expected three numbers, received nothing',
    ],
    [
      'a missing size',
      () => parseHuggingFaceImage({ ...CLIP, size: undefined }),
      'size: expected a number, shortest_edge, or height and width, received nothing',
    ],
    [
      'an unknown way to resize',
      () => parseOpenClipImage({ size: 224, resize_mode: 'longest' }),
      'resize_mode: expected shortest or squash, received "longest"',
    ],
    [
      'a deviation of nothing, which every pixel is divided by',
      () => parseHuggingFaceImage({ ...CLIP, image_std: [0.2, 0, 0.2] }),
      'image_std: expected a number above 0, received 0',
    ],
    [
      "the same of OpenCLIP's",
      () => parseOpenClipImage({ size: 224, mean: [0, 0, 0], std: [0, 0, 0] }),
      'std: expected a number above 0, received 0',
    ],
    [
      'a factor of nothing',
      () => parseHuggingFaceImage({ ...CLIP, rescale_factor: 0 }),
      'rescale_factor: expected a number above 0, received 0',
    ],
    ...[1e-45, 1e39].map(
      (std) =>
        [
          `a deviation of ${std}, by which pixels are all the same or none`,
          () => parseHuggingFaceImage({ ...CLIP, image_std: [0.2, std, 0.2] }),
          `image_std: expected a number of at ${std < 1 ? 'least 0.000001' : 'most 1000000'}, received ${std}`,
        ] as [string, () => unknown, string],
    ),
    ...['do_normalize', 'do_rescale', 'do_center_crop', 'do_resize'].flatMap((name) =>
      ['false', 0].map(
        (value) =>
          [
            `${name} of ${JSON.stringify(value)}, which is no answer to it`,
            () => parseHuggingFaceImage({ ...CLIP, [name]: value }),
            `${name}: expected true or false, received ${JSON.stringify(value)}`,
          ] as [string, () => unknown, string],
      ),
    ),
    [
      'images of any size',
      () => parseHuggingFaceImage({ ...CLIP, do_resize: false }),
      'do_resize: expected true, received false',
    ],
    [
      'a crop of what was squashed larger',
      () => parseHuggingFaceImage({ ...CLIP, size: { height: 256, width: 256 } }),
      'crop_size: expected 256, as both sides are made, received 224',
    ],
    ...[0, -1, 22.4, 5000].map(
      (size) =>
        [
          `a side of ${size} pixels`,
          () => parseHuggingFaceImage({ ...CLIP, size }),
          `size: expected a whole number of pixels from 1 to 4096, received ${size}`,
        ] as [string, () => unknown, string],
    ),
  ];
  for (const [what, parse, message] of refused) {
    it(`refuses ${what} by its name`, () => expect(parse).to.throw(message));
  }

  describe('in a folder', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'settings-'));
      await mkdir(path.join(folder, 'visual'));
    });
    afterEach(() => rm(folder, { recursive: true }));
    const write = (file: string, content: unknown) =>
      writeFile(path.join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
    const failure = async (settings: string) => {
      const error = await readImageSettings(folder, { settings }).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(ModelFolderError);
      return (error as Error).message.replaceAll(folder, 'FOLDER');
    };

    it("are read from the tower's own file, in its form", async () => {
      await write('preprocessor_config.json', CLIP);
      await write('visual/preprocess_cfg.json', { size: 32, mean: [0, 0, 0], std: [1, 1, 1] });
      expect(await readImageSettings(folder, {})).to.include({ size: 224, cropRounding: 'floor' });
      const settings = 'visual/preprocess_cfg.json';
      expect(await readImageSettings(folder, { settings })).to.include({
        size: 32,
        cropRounding: 'half-even',
      });
    });

    it('are refused with the file and the setting that is missing or wrong', async () => {
      const file = 'preprocessor_config.json';
      expect(await failure(file)).to.equal('FOLDER: expected preprocessor_config.json, there is none');
      await write(file, { ...CLIP, resample: 0 });
      expect(await failure(file)).to.equal(
        'FOLDER: preprocessor_config.json: resample: expected bicubic (3) or bilinear (2), received 0',
      );
      await write(file, '{"size":');
      expect(await failure(file)).to.equal(
        'FOLDER/preprocessor_config.json: expected JSON, received 8 characters that do not parse',
      );
    });
  });
});
