import { expect } from 'chai';
import type { JsonObject } from '../../../src/models/folder/json-file.js';
import { parseFrame } from '../../../src/towers/text/frame.js';
import { createPipeline } from '../../../src/towers/text/pipeline.js';
import { readFixture } from './fixtures.js';

interface Parts {
  readonly texts: readonly string[];
  readonly table: readonly { name: string; tokenizer: JsonObject; ids: readonly (readonly number[])[] }[];
}

describe('each component of a tokenizer.json', () => {
  const { texts, table } = readFixture('tokens/parts.json.gz') as Parts;

  for (const { name, tokenizer, ids } of table) {
    it(`works as in Hugging Face’s tokenizers: ${name}`, () => {
      const encode = createPipeline(tokenizer);
      const { start, end } = parseFrame(tokenizer['post_processor']);
      const all = texts.map((text) => [text, ...start, ...encode(text), ...end]);
      expect(all).to.deep.equal(texts.map((text, index) => [text, ...(ids[index] ?? [])]));
    });
  }
});
