import { expect } from 'chai';
import { readPrompts } from '../../../src/models/folder/prompts.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
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
    expect(await read(JSON.stringify({ prompts, default_prompt_name: null }))).to.deep.equal(prompts);
    expect(await read('{"similarity_fn_name": "cosine"}')).to.deep.equal({});
    expect(await read()).to.deep.equal({});
    expect((await loadModelFolder(fixtureFolder('clip'))).prompts).to.deep.equal({});
  });

  it('are refused in another form, by the name of the file', async () => {
    for (const prompts of [['query: '], 'query: ', { query: 7 }])
      expect((await rejectionOf(read(JSON.stringify({ prompts })))).message).to.match(
        /config_sentence_transformers\.json: prompts: expected an object of texts/,
      );
  });
});
