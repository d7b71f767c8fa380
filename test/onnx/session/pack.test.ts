import { expect } from 'chai';
import { packRows } from '../../../src/onnx/session/pack.js';
import type { TextSignature } from '../../../src/onnx/session/signature.js';
import type { TowerSpec } from '../../../src/onnx/session/tower-spec.js';

const SIGNATURE: TextSignature = {
  modality: 'text',
  ids: { name: 'input_ids', type: 'int64' },
  attentionMask: { name: 'attention_mask', type: 'int32' },
  tokenTypes: undefined,
  output: 'text_embeds',
  fixedBatch: undefined,
  fixedLength: undefined,
};

function pack(lengths: readonly number[], text: Partial<TowerSpec['text']> = {}) {
  const spec: TowerSpec = {
    modality: 'text',
    file: '',
    threads: 1,
    normalize: true,
    pooledIsEmbedding: false,
    text: { contextLength: 77, padId: 9, padTo: undefined, sample: [], ...text },
  };
  const rows = lengths.map((length) => new Int32Array(length).fill(1));
  const { input_ids: ids, attention_mask: mask } = packRows(rows, rows.length, SIGNATURE, spec);
  return { dims: ids?.dims, ids: Array.from(ids?.data as BigInt64Array, Number), mask: mask?.data };
}

describe('a batch of texts', () => {
  it('is as long as its longest row, the others filled up and masked', () => {
    const { dims, ids, mask } = pack([3, 1]);
    expect(dims).to.deep.equal([2, 3]);
    expect(ids).to.deep.equal([1, 1, 1, 1, 9, 9]);
    expect(Array.from(mask as Int32Array)).to.deep.equal([1, 1, 1, 1, 0, 0]);
  });

  it('has an even length where that is asked for, but never one beyond the context', () => {
    const lengthOf = (longest: number) => pack([2, longest], { evenLengths: true }).dims?.[1];
    expect([4, 5, 75, 76, 77].map(lengthOf)).to.deep.equal([4, 6, 76, 76, 77]);
  });
});
