/** A weight under the name that Hugging Face's own CLIP has for it. */
export interface NamedTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Its numbers in rows, as many as the product of `dims`; made when asked for, so that a file needs one at a time. */
  values(): Float32Array;
}

const LENGTH_BYTES = 8;

/**
 * A safetensors file of float32 tensors in pieces, to be written one after the other: the length of the header in eight
 * bytes, the header as JSON with spaces up to the next eight, then the tensors' bytes in its order. All numbers are
 * little-endian, as the machines are that this runs on. Source: the format's own description in `huggingface/safetensors`.
 */
export function* toSafetensors(tensors: readonly NamedTensor[]): Generator<Uint8Array> {
  let end = 0;
  const entries = tensors.map(({ name, dims }) => {
    const start = end;
    end += dims.reduce((product, dim) => product * dim, Float32Array.BYTES_PER_ELEMENT);
    return [name, { dtype: 'F32', shape: dims, data_offsets: [start, end] }] as const;
  });
  // Readers for PyTorch ask for the format by name.
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(header.length));
  yield length;
  yield header;
  for (const tensor of tensors) {
    const { buffer, byteOffset, byteLength } = tensor.values();
    yield new Uint8Array(buffer, byteOffset, byteLength);
  }
}
