import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { loadConfig } from '../../../src/cli/options/config.js';
import { defaultPrompt, readPrompts } from '../../../src/models/folder/prompts.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
import { startEngine } from '../../../src/open/start-engine.js';
import { makeFolder } from '../../support/folder.js';
import { fixtureFolder } from '../../support/model-fixture.js';
import { rejectionOf } from '../../support/rejection.js';

const NAME = 'config_sentence_transformers.json';

describe('the prompts of a model', () => {
  const read = async (content?: string) => {
    const { folder, remove } = await makeFolder(content === undefined ? {} : { [NAME]: content });
    try {
      return await readPrompts(folder);
    } finally {
      await remove();
    }
  };

  it('are those that its folder names, and none where it names none', async () => {
    const prompts = { query: 'query: ', passage: 'passage: ' };
    expect(await read(JSON.stringify({ prompts, default_prompt_name: null }))).to.deep.equal({
      prompts,
      defaultPromptName: undefined,
    });
    const none = { prompts: {}, defaultPromptName: undefined };
    expect(await read('{"similarity_fn_name": "cosine"}')).to.deep.equal(none);
    expect(await read()).to.deep.equal(none);
    expect((await loadModelFolder(fixtureFolder('clip'))).prompts).to.deep.equal({});
  });

  it('have a default where the folder names one, which has to be there', async () => {
    const prompts = { query: 'query: ' };
    const settings = await read(JSON.stringify({ prompts, default_prompt_name: 'query' }));
    expect(settings.defaultPromptName).to.equal('query');
    expect(defaultPrompt(settings)).to.equal('query: ');
    expect(defaultPrompt({ prompts, defaultPromptName: undefined })).to.equal('');
    for (const name of ['passage', 'constructor', 7])
      expect(
        (await rejectionOf(read(JSON.stringify({ prompts, default_prompt_name: name })))).message,
      ).to.match(/default_prompt_name: expected one of \["query"\], received/);
  });

  it('come before texts whose request says nothing, and not before others', async () => {
    const { folder, remove } = await makeFolder({});
    try {
      await cp(fixtureFolder('clip'), folder, { recursive: true });
      const prompts = { query: 'a photo of ', passage: '' };
      await writeFile(path.join(folder, NAME), JSON.stringify({ prompts, default_prompt_name: 'query' }));
      const engine = await startEngine(
        await loadModelFolder(folder, { modalities: ['text'] }),
        loadConfig('serve', { flags: {}, env: {} }),
      );
      try {
        const embed = async (content: string, prompt?: string) =>
          (await engine.embedder.embed([{ modality: 'text', content, prompt }])).vectors[0];
        const asked = await embed('a cat');
        expect(asked).to.deep.equal(await embed('a photo of a cat', ''));
        expect(asked).to.deep.equal(await embed('a cat', 'a photo of '));
        expect(asked).to.not.deep.equal(await embed('a cat', ''));
      } finally {
        await engine.close();
      }
    } finally {
      await remove();
    }
  });

  it('are refused in another form, by the name of the file', async () => {
    for (const prompts of [['query: '], 'query: ', { query: 7 }])
      expect((await rejectionOf(read(JSON.stringify({ prompts })))).message).to.match(
        /config_sentence_transformers\.json: prompts: expected an object of texts/,
      );
  });
});
