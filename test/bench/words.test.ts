import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createTexts, findWords, readVocabulary } from '../../bench/load/words.js';
import type { JsonObject } from '../../src/models/folder/json-file.js';
import { ROOT } from '../../src/core/own-module.js';
import { createTokenizer } from '../../src/towers/text/tokenizer.js';

const CLIP = fileURLToPath(new URL('test/fixtures/tokenizers/clip/tokenizer.json.gz', ROOT));

describe('the texts of the benchmark', () => {
  it('have exactly as many tokens as asked for, and differ', () => {
    const model = JSON.parse(gunzipSync(readFileSync(CLIP)).toString()) as JsonObject;
    const tokenizer = createTokenizer({
      layout: 'huggingface',
      tokenizer: model,
      tokenizerConfig: { pad_token: '<|endoftext|>', model_max_length: 77 },
      modelConfig: { model_type: 'clip' },
      sentenceConfig: {},
    });
    const words = findWords(tokenizer, readVocabulary(model));
    expect(words).to.have.length(2000);
    for (const content of [2, 10, 75]) {
      const next = createTexts(words, content, 1);
      const texts = Array.from({ length: 20 }, next);
      expect(texts.map((text) => tokenizer.tokenize(text).ids.length)).to.deep.equal(
        texts.map(() => content + 2),
      );
      expect(new Set(texts).size).to.equal(texts.length);
    }
  });
});
