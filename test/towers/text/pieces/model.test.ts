import { expect } from 'chai';
import { createWordModel } from '../../../../src/towers/text/pieces/model.js';
import { createPrecompiled } from '../../../../src/towers/text/pieces/precompiled-charsmap.js';

describe('a tokenizer model', () => {
  const idsOf = (config: object, word: string) => {
    const ids: number[] = [];
    createWordModel(config)(word, ids);
    return ids;
  };

  it('is told by its keys where an old file leaves the type out', () => {
    expect(idsOf({ vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] }, 'aab')).to.deep.equal([0, 2]);
    const unigram = { vocab: [['<unk>', 0], ['a', -1]], unk_id: 0 }; // prettier-ignore
    expect(idsOf(unigram, 'ab')).to.deep.equal([1, 0]);
    const wordPiece = {
      vocab: { '[UNK]': 0, a: 1, '##b': 2 },
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
    };
    expect(idsOf(wordPiece, 'ab')).to.deep.equal([1, 2]);
  });

  it('is refused where it cannot give definite ids', () => {
    const refusal = (config: unknown) => () => createWordModel(config);
    expect(refusal({ type: 'BPE', vocab: {}, merges: [], dropout: 0.1 })).to.throw('expected no dropout');
    expect(refusal({ type: 'BPE', vocab: { a: 0 }, merges: ['a b'] })).to.throw(
      'received an unknown one at 0',
    );
    expect(refusal({ type: 'BPE', vocab: {}, merges: [], unk_token: '?' })).to.throw('expected unk_token in');
    expect(refusal({ type: 'WordPiece', vocab: {} })).to.throw('expected unk_token for WordPiece');
    expect(refusal({ type: 'Unigram', vocab: [] })).to.throw('expected unk_id for Unigram');
    expect(refusal(null)).to.throw('expected an object');
  });
});

describe('SentencePiece’s character map', () => {
  it('is refused where it is cut short', () => {
    expect(() => createPrecompiled('')).to.throw('received 0 in all');
    expect(() => createPrecompiled(Buffer.from([8, 0, 0, 0, 1]).toString('base64'))).to.throw(
      'precompiled_charsmap: expected 8 bytes of trie, received 5 in all',
    );
  });
});
