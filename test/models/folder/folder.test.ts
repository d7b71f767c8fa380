import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ModelFolderError } from '../../../src/models/folder/folder-error.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';

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
  const failureOf = async (...modalities: string[]) => {
    const options = modalities.length > 0 ? { modalities } : {};
    const error = await loadModelFolder(folder, options).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(ModelFolderError);
    return (error as Error).message.replaceAll(folder, 'FOLDER');
  };

  it('loads the Hugging Face layout', async () => {
    await write({
      'onnx/vision_model.onnx': '',
      'onnx/text_model.onnx': '',
      'config.json': { model_type: 'clip' },
    });
    const model = await loadModelFolder(folder);
    expect(model.name).to.equal(path.basename(folder));
    expect(model.towers).to.deep.equal({
      image: {
        file: path.join(folder, 'onnx/vision_model.onnx'),
        settings: 'preprocessor_config.json',
        pooledIsEmbedding: false,
      },
      text: {
        file: path.join(folder, 'onnx/text_model.onnx'),
        settings: 'tokenizer.json',
        pooledIsEmbedding: false,
      },
    });
    expect(model).to.include({ normalize: false, note: undefined });
  });

  it('loads the immich layout', async () => {
    await write({ 'visual/model.onnx': '', 'textual/model.onnx': '' });
    const model = await loadModelFolder(folder);
    expect(model.towers.image?.file).to.equal(path.join(folder, 'visual/model.onnx'));
    expect(model.towers.image?.settings).to.equal('visual/preprocess_cfg.json');
    expect(model.towers.text?.file).to.equal(path.join(folder, 'textual/model.onnx'));
  });

  it('takes one file for both towers where there is but one', async () => {
    await write({ 'onnx/model.onnx': '' });
    const model = await loadModelFolder(folder);
    expect(model.towers.image?.file).to.equal(path.join(folder, 'onnx/model.onnx'));
    expect(model.towers.text?.file).to.equal(path.join(folder, 'onnx/model.onnx'));
  });

  it('takes names and the switch of normalisation from handspring.json', async () => {
    await write({
      'text_model.onnx': '',
      'handspring.json': { name: 'n', title: 'A title', note: 'A note', normalize: true },
      'config.json': { model_type: 'siglip' },
    });
    const model = await loadModelFolder(folder, { modalities: ['text'] });
    expect(model).to.include({ name: 'n', title: 'A title', note: 'A note', normalize: true });
    expect(model.towers.text).to.include({ pooledIsEmbedding: true });
  });

  it('takes the lengths that vectors may be cut to from config.json, or from handspring.json before it', async () => {
    const matryoshka = async (config: object, own: object) => {
      await write({ 'text_model.onnx': '', 'config.json': config, 'handspring.json': own });
      return (await loadModelFolder(folder, { modalities: ['text'] })).matryoshkaDimensions;
    };
    // As https://huggingface.co/jinaai/jina-clip-v2/blob/main/config.json has them.
    const jina = { matryoshka_dimensions: [32, 64, 128, 256, 512, 768, 1024] };
    expect(await matryoshka({}, {})).to.deep.equal([]);
    expect(await matryoshka(jina, {})).to.deep.equal(jina.matryoshka_dimensions);
    expect(await matryoshka(jina, { matryoshkaDimensions: [512, 256, 512] })).to.deep.equal([256, 512]);
    expect(await matryoshka(jina, { matryoshkaDimensions: [] })).to.deep.equal([]);
    expect(await matryoshka({ matryoshka_dimensions: 'any' }, {})).to.deep.equal([]);
    for (const wrong of [256, ['256'], [0], [1.5], null]) {
      const failure = await matryoshka(jina, { matryoshkaDimensions: wrong }).catch((error: Error) => error.message);
      expect(failure).to.match(/handspring\.json: matryoshkaDimensions: expected a list of whole numbers/);
    }
  });

  it('takes the towers from where its handspring.json says they are, of any modality', async () => {
    await write({
      'handspring.json': {
        towers: {
          audio: { file: 'graphs/ears.onnx', settings: 'audio.json' },
          text: { file: 'graphs/words.onnx' },
        },
      },
      'graphs/ears.onnx': '',
      'graphs/words.onnx': '',
      'graphs/words_fp16.onnx': '',
      'onnx/text_model.onnx': '',
    });
    const ears = { file: path.join(folder, 'graphs/ears.onnx'), settings: 'audio.json' };
    const words = { file: path.join(folder, 'graphs/words.onnx') };
    const { towers } = await loadModelFolder(folder, { modalities: ['audio', 'text'] });
    expect(towers).to.deep.equal({
      audio: { ...ears, pooledIsEmbedding: false },
      text: { ...words, pooledIsEmbedding: false },
    });
    const half = await loadModelFolder(folder, { modalities: ['text'], precision: 'fp16' });
    expect(half.towers.text?.file).to.equal(path.join(folder, 'graphs/words_fp16.onnx'));
    expect(await failureOf('image', 'text')).to.equal(
      'FOLDER: expected the image tower in handspring.json, there is none; MODALITIES=audio,text serves what there is',
    );
  });

  it('names a pointer of Git LFS where the settings should be', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
    await write({ 'onnx/text_model.onnx': '', 'config.json': pointer });
    expect(await failureOf('text')).to.equal(
      'FOLDER/config.json: expected JSON, received a Git LFS pointer to it; fetch the file itself, as by: git lfs pull',
    );
  });

  it('asks only for the towers that are wanted', async () => {
    await write({ 'onnx/text_model.onnx': '' });
    expect((await loadModelFolder(folder, { modalities: ['text'] })).towers).to.have.all.keys('text');
    expect(await failureOf()).to.match(
      /^FOLDER: expected the image tower as one of onnx\/vision_model\.onnx, .*, there is none; MODALITIES=text serves what there is$/,
    );
  });

  it('is plain data, which may be posted to a thread', async () => {
    await write({ 'visual/model.onnx': '', 'textual/model.onnx': '', 'config.json': { embed_dim: 2 } });
    const model = await loadModelFolder(folder);
    expect(structuredClone(model)).to.deep.equal(model);
  });

  it('says which file is missing or wrong', async () => {
    await write({ 'onnx/vision_model.onnx': '', 'config.json': '[]' });
    expect(await failureOf('image')).to.equal('FOLDER/config.json: expected a JSON object, received a list');
    await rm(folder, { recursive: true });
    expect(await failureOf('image')).to.equal('FOLDER: expected a model folder, there is none');
    await mkdir(folder);
  });
});
