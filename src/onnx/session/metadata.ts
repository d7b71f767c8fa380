import type { InferenceSession } from './onnxruntime.js';

/** What a session tells of one of its file's inputs or outputs. */
export type Metadata = InferenceSession.ValueMetadata;

/** A file that does not fit what is to be asked of it; the message names what is missing and what the file has. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

export function tensors(metadata: readonly Metadata[]): InferenceSession.TensorValueMetadata[] {
  return metadata.filter((value): value is InferenceSession.TensorValueMetadata => value.isTensor);
}

/** A dimension that the file fixes; `undefined` for one that it leaves free. */
export function fixed(dimension: number | string | undefined): number | undefined {
  return typeof dimension === 'number' && dimension > 0 ? dimension : undefined;
}

/** Names, types and shapes for people. */
export function list(metadata: readonly Metadata[]): string {
  return (
    metadata
      .map((value) =>
        value.isTensor ? `${value.name} ${value.type}[${value.shape.join(', ')}]` : value.name,
      )
      .join(', ') || 'none'
  );
}
