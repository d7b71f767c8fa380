import { expect } from 'chai';
import { createTokenizer } from '../../../src/towers/text/tokenizer.js';
import type { TokenizerName } from './fixtures.js';
import { modelFiles, readFixture, TOKENIZERS } from './fixtures.js';

interface Table {
  readonly texts: readonly string[];
  readonly ids: Readonly<Record<TokenizerName, readonly (readonly number[])[]>>;
}

/** Longer than any text of the table, so that nothing is cut. */
const UNCUT = { model_max_length: 100_000 };

describe('the ids of Hugging Face’s fast tokenizers', () => {
  const { texts, ids } = readFixture('tokens/texts.json.gz') as Table;

  it('are known for thousands of texts', () => {
    expect(texts.length).to.be.greaterThan(4_000);
    for (const name of TOKENIZERS) expect(ids[name]).to.have.length(texts.length);
  });

  for (const name of TOKENIZERS) {
    it(`come out the same for every text with ${name}`, () => {
      const files = modelFiles(name);
      const tokenizer = createTokenizer({
        ...files,
        tokenizerConfig: { ...files.tokenizerConfig, ...UNCUT },
        modelConfig: { ...files.modelConfig, max_position_embeddings: 100_000 },
      });
      const different = texts.filter(
        (text, index) => tokenizer.tokenize(text).ids.join() !== ids[name][index]?.join(),
      );
      expect(different).to.deep.equal([]);
    });
  }
});
