import { expect } from 'chai';
import { packRows } from '../../../src/onnx/session/pack.js';
import type { DenseInputs, TokenPadding, TokenInputs } from '../../../src/onnx/session/inputs.js';

const DENSE: DenseInputs = {
  kind: 'dense',
  input: 'clip',
  type: 'float32',
  shape: [2, 1, 3],
  fixedBatch: undefined,
};
const PADDING: TokenPadding = { contextLength: 77, padId: 9, padTo: undefined, evenLengths: false };
const TOKENS: TokenInputs = {
  kind: 'tokens',
  ids: { name: 'input_ids', type: 'int64' },
  attentionMask: { name: 'attention_mask', type: 'int32' },
  tokenTypes: undefined,
  fixedBatch: undefined,
  fixedLength: undefined,
  padding: PADDING,
};

describe('a batch of dense rows', () => {
  const rows = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9, 10, 11, 12)];

  for (const shape of [[6], [2, 3], [2, 1, 3], [1, 2, 1, 3]]) {
    it(`has the rows' ${shape.length} dimensions after its own, and their numbers in order`, () => {
      const { clip } = packRows(rows, 2, { ...DENSE, shape });
      expect(clip?.dims).to.deep.equal([2, ...shape]);
      expect(Array.from(clip?.data as Float32Array)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    });
  }

  it('is filled up with zeros to the size that the file takes', () => {
    const { clip } = packRows(rows.slice(0, 1), 2, DENSE);
    expect(clip?.dims).to.deep.equal([2, 2, 1, 3]);
    expect(Array.from(clip?.data as Float32Array)).to.deep.equal([1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0]);
  });

  it('is of 16-bit floats where the file takes those', () => {
    const { clip } = packRows([Float32Array.of(1, -2, 0.5)], 1, { ...DENSE, shape: [3], type: 'float16' });
    expect(clip?.type).to.equal('float16');
  });

  it('refuses a row of another size', () => {
    expect(() => packRows([new Float32Array(5)], 1, DENSE)).to.throw(
      'expected a row of 2 × 1 × 3 numbers, received 5',
    );
  });
});

describe('a batch of token rows', () => {
  function pack(lengths: readonly number[], padding: Partial<TokenPadding> = {}) {
    const signature = { ...TOKENS, padding: { ...PADDING, ...padding } };
    const rows = lengths.map((length) => new Int32Array(length).fill(1));
    const { input_ids: ids, attention_mask: mask } = packRows(rows, rows.length, signature);
    return { dims: ids?.dims, ids: Array.from(ids?.data as BigInt64Array, Number), mask: mask?.data };
  }

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
