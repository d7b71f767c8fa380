import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ModelFolderError } from '../../../src/models/folder/folder-error.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';

const HUGGING_FACE = {
  size: 224,
  crop_size: 224,
  do_center_crop: true,
  image_mean: [0, 0, 0],
  image_std: [1, 1, 1],
};
const OPEN_CLIP = { size: 224, mean: [0, 0, 0], std: [1, 1, 1] };

describe('model folders', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'model-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (files: Record<string, unknown>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(
        path.join(folder, name),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    }
  };
  const failureOf = async (towers?: 'image' | 'text') => {
    const error = await loadModelFolder(folder, towers ? { towers } : {}).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(ModelFolderError);
    return (error as Error).message.replaceAll(folder, 'FOLDER');
  };

  it('loads the Hugging Face layout', async () => {
    await write({
      'onnx/vision_model.onnx': '',
      'onnx/text_model.onnx': '',
      'preprocessor_config.json': HUGGING_FACE,
      'config.json': { model_type: 'clip' },
    });
    const model = await loadModelFolder(folder);
    expect(model.name).to.equal(path.basename(folder));
    expect(model.image?.file).to.equal(path.join(folder, 'onnx/vision_model.onnx'));
    expect(model.image?.settings.cropRounding).to.equal('floor');
    expect(model.text?.file).to.equal(path.join(folder, 'onnx/text_model.onnx'));
    expect(model).to.include({ normalize: false, pooledIsEmbedding: false, note: undefined });
  });

  it('loads the immich layout', async () => {
    await write({
      'visual/model.onnx': '',
      'textual/model.onnx': '',
      'visual/preprocess_cfg.json': OPEN_CLIP,
    });
    const model = await loadModelFolder(folder);
    expect(model.image?.file).to.equal(path.join(folder, 'visual/model.onnx'));
    expect(model.image?.settings.cropRounding).to.equal('half-even');
    expect(model.text?.file).to.equal(path.join(folder, 'textual/model.onnx'));
  });

  it('takes one file for both towers where there is but one', async () => {
    await write({ 'onnx/model.onnx': '', 'preprocessor_config.json': HUGGING_FACE });
    const model = await loadModelFolder(folder);
    expect(model.image?.file).to.equal(path.join(folder, 'onnx/model.onnx'));
    expect(model.text?.file).to.equal(path.join(folder, 'onnx/model.onnx'));
  });

  it('takes names and the switch of normalisation from handspring.json', async () => {
    await write({
      'text_model.onnx': '',
      'handspring.json': { name: 'n', title: 'A title', note: 'A note', normalize: true },
      'config.json': { model_type: 'siglip' },
    });
    expect(await loadModelFolder(folder, { towers: 'text' })).to.include({
      name: 'n',
      title: 'A title',
      note: 'A note',
      normalize: true,
      pooledIsEmbedding: true,
      image: undefined,
    });
  });

  it('asks only for the towers that are wanted', async () => {
    await write({ 'onnx/text_model.onnx': '' });
    expect(await loadModelFolder(folder, { towers: 'text' })).to.have.property('image', undefined);
    expect(await failureOf()).to.match(
      /^FOLDER: expected the image tower as one of onnx\/vision_model\.onnx, .*, there is none$/,
    );
  });

  it('says which file or setting is missing or wrong', async () => {
    await write({ 'onnx/vision_model.onnx': '' });
    expect(await failureOf('image')).to.equal('FOLDER: expected preprocessor_config.json, there is none');
    await write({ 'preprocessor_config.json': { ...HUGGING_FACE, resample: 0 } });
    expect(await failureOf('image')).to.equal(
      'FOLDER: preprocessor_config.json: resample: expected bicubic (3) or bilinear (2), received 0',
    );
    await write({ 'preprocessor_config.json': '{"size":' });
    expect(await failureOf('image')).to.equal(
      'FOLDER/preprocessor_config.json: expected JSON, received 8 characters that do not parse',
    );
    await write({ 'config.json': '[]' });
    expect(await failureOf('image')).to.equal('FOLDER/config.json: expected a JSON object, received a list');
    await rm(folder, { recursive: true });
    expect(await failureOf('image')).to.equal('FOLDER: expected a model folder, there is none');
    await mkdir(folder);
  });
});
