import { Tensor } from './onnxruntime.js';
import type { Row } from './encoder.js';
import { toHalf } from '../file/half.js';
import type { TextSignature, TokenInput, TowerSignature } from './signature.js';
import type { TowerSpec } from './tower-spec.js';

/**
 * Rows as one batch, by the names and types that the file has.
 * @param size Rows of the batch; those that are not given are zeros, for files of a fixed batch.
 */
export function packRows(
  rows: readonly Row[],
  size: number,
  signature: TowerSignature,
  spec: TowerSpec,
): Record<string, Tensor> {
  return signature.modality === 'image'
    ? { [signature.pixels]: packPixels(rows as Float32Array[], size, signature.pixelType) }
    : packTokens(rows as Int32Array[], size, signature, spec);
}

/** One batch of images, [B, 3, S, S]. */
function packPixels(rows: readonly Float32Array[], size: number, type: 'float32' | 'float16'): Tensor {
  const length = rows[0]?.length ?? 0;
  const side = Math.sqrt(length / 3);
  const batch = new Float32Array(size * length);
  rows.forEach((row, index) => batch.set(row, index * length));
  const dims = [size, 3, side, side];
  return type === 'float32' ? new Tensor('float32', batch, dims) : new Tensor('float16', toHalf(batch), dims);
}

/** One batch of texts, [B, L], filled up to the length that the file, the model or the batch's longest row asks for. */
function packTokens(rows: readonly Int32Array[], size: number, signature: TextSignature, spec: TowerSpec) {
  const { padId = 0, padTo, evenLengths = false, contextLength = Infinity } = spec.text ?? {};
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
