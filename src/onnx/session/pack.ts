import type { Row } from '../../core/encoder.js';
import { toHalf } from '../file/half.js';
import { Tensor } from './onnxruntime.js';
import type { DenseInputs, InputSignature, TokenInput, TokenInputs } from './inputs.js';

/**
 * Rows as one batch, by the names and types that the file has.
 * @param size Rows of the batch; those that are not given are zeros, for files of a fixed batch.
 * @throws Error if a row is not of the file's shape, or too long.
 */
export function packRows(
  rows: readonly Row[],
  size: number,
  signature: InputSignature,
): Record<string, Tensor> {
  return signature.kind === 'dense'
    ? packDense(rows as Float32Array[], size, signature)
    : packTokens(rows as Int32Array[], size, signature);
}

/** One batch [B, …shape]. */
function packDense(rows: readonly Float32Array[], size: number, { input, type, shape }: DenseInputs) {
  const length = shape.reduce((product, side) => product * side, 1);
  const batch = new Float32Array(size * length);
  rows.forEach((row, index) => {
    if (row.length !== length)
      throw new Error(`expected a row of ${shape.join(' × ')} numbers, received ${row.length}`);
    batch.set(row, index * length);
  });
  const dims = [size, ...shape];
  const tensor =
    type === 'float32' ? new Tensor('float32', batch, dims) : new Tensor('float16', toHalf(batch), dims);
  return { [input]: tensor };
}

/** One batch [B, L], filled up to the length that the file, the model or the batch's longest row asks for. */
function packTokens(rows: readonly Int32Array[], size: number, signature: TokenInputs) {
  const { padId, padTo, evenLengths, contextLength } = signature.padding;
  const longest = Math.max(...rows.map((row) => row.length));
  // The context may be odd itself: CLIP's 77.
  const free = evenLengths ? Math.min(longest + (longest % 2), contextLength) : longest;
  const length = signature.fixedLength ?? padTo ?? free;
  if (longest > length) throw new Error(`expected at most ${length} tokens, received ${longest}`);
  const ids = new Int32Array(size * length).fill(padId);
  const mask = new Int32Array(size * length);
  rows.forEach((row, index) => {
    const start = index * length;
    ids.set(row, start);
    mask.fill(1, start, start + (padTo ?? row.length));
  });
  const { attentionMask, tokenTypes } = signature;
  const feeds: Record<string, Tensor> = {};
  const feed = ({ name, type }: TokenInput, values: Int32Array) =>
    (feeds[name] = integers(values, type, [size, length]));
  feed(signature.ids, ids);
  if (attentionMask) feed(attentionMask, mask);
  if (tokenTypes) feed(tokenTypes, new Int32Array(size * length));
  return feeds;
}

function integers(values: Int32Array, type: TokenInput['type'], dims: readonly number[]): Tensor {
  return type === 'int32'
    ? new Tensor('int32', values, dims)
    : new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
}
