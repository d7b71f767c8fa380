import * as library from '@huggingface/tokenizers';
import { expect } from 'chai';
import type { JsonObject } from '../../../src/models/folder/json-file.js';
import type { TokenizerName } from './fixtures.js';
import { modelFiles, readFixture } from './fixtures.js';

/** Its declarations name their imports without an ending, which Node's resolution does not find. */
const { Tokenizer } = library as unknown as {
  readonly Tokenizer: new (
    tokenizer: JsonObject,
    config: JsonObject,
  ) => {
    encode(text: string): { readonly ids: readonly number[] };
  };
};

interface Table {
  readonly texts: readonly string[];
  readonly ids: Readonly<Record<TokenizerName, readonly (readonly number[])[]>>;
}

/** Texts of the table for which the library gives other ids than the fast tokenizers do, with the version that is locked. */
const DIFFERENT: Readonly<Partial<Record<TokenizerName, number>>> = {
  clip: 65,
  wordpiece: 922,
  siglip: 195,
  xlmr: 99,
};

/** Why the tokenizer is our own: see docs/decisions. On the day that this fails, look whether it still has to be. */
describe('the tokenizers that a library for Node.js has', () => {
  const { texts, ids } = readFixture('tokens/texts.json.gz') as Table;

  for (const [name, count] of Object.entries(DIFFERENT) as [TokenizerName, number][]) {
    it(`give other ids for ${count} texts with ${name}`, () => {
      const { tokenizer, tokenizerConfig } = modelFiles(name);
      const theirs = new Tokenizer(tokenizer, tokenizerConfig);
      const different = texts.filter((text, at) => theirs.encode(text).ids.join() !== ids[name][at]?.join());
      expect(different).to.have.length(count);
    });
  }
});
