import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { readTextFiles } from '../../../src/towers/text/files.js';
import { parseTextSettings } from '../../../src/towers/text/settings.js';

describe('the text files of a model folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'text-files-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function put(files: Record<string, object | string>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(
        path.join(folder, name),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    }
  }

  it('lie at the root in Hugging Face’s layout', async () => {
    await put({
      'tokenizer.json': { added_tokens: [{ content: '<pad>', id: 7 }] },
      'tokenizer_config.json': { pad_token: '<pad>', model_max_length: 77 },
      'config.json': { model_type: 'clip' },
    });
    const files = await readTextFiles(folder);
    expect(files.layout).to.equal('huggingface');
    expect(parseTextSettings(files)).to.deep.equal({
      contextLength: 77,
      padId: 7,
      padTo: undefined,
      clean: 'none',
    });
  });

  it('lie under textual, beside the root configuration, in immich’s layout', async () => {
    await put({
      'textual/tokenizer.json': { model: { vocab: [['</s>', 0]] } },
      'textual/tokenizer_config.json': { pad_token: { content: '</s>' } },
      'config.json': { text_cfg: { context_length: 64, pool_type: 'last' } },
    });
    const files = await readTextFiles(folder, { settings: 'textual/tokenizer.json' });
    expect(files.layout).to.equal('immich');
    expect(parseTextSettings(files)).to.deep.equal({
      contextLength: 64,
      padId: 0,
      padTo: 64,
      clean: 'whitespace',
    });
  });

  it('may leave out everything but tokenizer.json', async () => {
    await put({ 'tokenizer.json': {} });
    const { tokenizerConfig, modelConfig, sentenceConfig } = await readTextFiles(folder);
    expect([tokenizerConfig, modelConfig, sentenceConfig]).to.deep.equal([{}, {}, {}]);
  });

  it('are refused without tokenizer.json, or where a file is not a JSON object', async () => {
    expect(await failure(readTextFiles(folder))).to.equal(
      `${folder}: expected tokenizer.json, there is none`,
    );
    await put({ 'tokenizer.json': {}, 'config.json': '{"model_type":' });
    expect(await failure(readTextFiles(folder))).to.match(
      /config.json: expected JSON, received 14 characters/,
    );
    await put({ 'config.json': '[]' });
    expect(await failure(readTextFiles(folder))).to.match(/config.json: expected a JSON object/);
  });
});

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  return 'no failure';
}
