import { expect } from 'chai';
import type { JsonObject } from '../../../src/models/folder/json-file.js';
import { createTokenizer } from '../../../src/towers/text/tokenizer.js';
import type { TokenizerName } from './fixtures.js';
import { modelFiles, tokenizerJson } from './fixtures.js';

/** SigLIP 2's tokenizer as the hub is said to have it: without its step to lower case. */
function withoutLowercase(name: TokenizerName): JsonObject {
  const tokenizer = tokenizerJson(name);
  const normalizer = tokenizer['normalizer'] as { type: string; normalizers: { type: string }[] };
  const normalizers = normalizer.normalizers.filter(({ type }) => type !== 'Lowercase');
  expect(normalizers.length).to.equal(normalizer.normalizers.length - 1);
  return { ...tokenizer, normalizer: { ...normalizer, normalizers } };
}

const SHOUTED = 'A Photo Of ZÜRICH';
const QUIET = 'a photo of zürich';

function idsOf(
  text: string,
  tokenizer: JsonObject,
  changes: { type: string; config?: JsonObject },
): number[] {
  const files = modelFiles('gemma', { tokenizer, modelConfig: { model_type: changes.type } });
  const tokenizerConfig = { ...files.tokenizerConfig, model_max_length: 64, ...changes.config };
  return Array.from(createTokenizer({ ...files, tokenizerConfig }).tokenize(text).ids);
}

describe('the letter case of texts', () => {
  const whole = tokenizerJson('gemma');
  const bare = withoutLowercase('gemma');

  for (const [what, changes] of [
    ['SigLIP 2', { type: 'siglip2' }],
    ['its tokenizer class', { type: 'siglip', config: { tokenizer_class: 'Siglip2Tokenizer' } }],
    ['do_lower_case of a SigLIP', { type: 'siglip', config: { do_lower_case: true } }],
  ] as const) {
    it(`is lowered for ${what}, though tokenizer.json leaves it out`, () => {
      const ids = idsOf(SHOUTED, bare, changes);
      expect(ids).to.deep.equal(idsOf(QUIET, bare, changes));
      expect(ids).to.deep.equal(idsOf(SHOUTED, whole, changes));
    });
  }

  it('is kept where tokenizer.json keeps it, whatever do_lower_case of another model says', () => {
    const changes = { type: 'xlm-roberta', config: { do_lower_case: true } };
    expect(idsOf(SHOUTED, bare, changes)).to.not.deep.equal(idsOf(QUIET, bare, changes));
  });
});
