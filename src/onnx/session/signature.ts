import type { EncoderSpec } from './encoder-spec.js';
import type { InputSignature } from './inputs.js';
import { readInputs } from './inputs.js';
import { SignatureError, list, tensors } from './metadata.js';
import type { Metadata } from './metadata.js';

/** How to call a file: how it is fed, and where its vectors come out. */
export type Signature = InputSignature & { readonly output: string };

/** The pooled state of a transformer: the vector itself only where the model has no projection behind it. */
const UNPROJECTED_OUTPUT = 'pooler_output';

/**
 * How to call a model file, from its session's own metadata and what it is to be fed.
 * @throws SignatureError if it has no input for such rows, takes rows of another shape or length, or has no output of
 * vectors.
 */
export function readSignature(
  inputs: readonly Metadata[],
  outputs: readonly Metadata[],
  spec: Pick<EncoderSpec, 'input' | 'outputs' | 'evenLengths'>,
): Signature {
  return { ...readInputs(inputs, spec), output: pickOutput(outputs, spec.outputs) };
}

function pickOutput(outputs: readonly Metadata[], names: readonly string[]): string {
  const pooled = tensors(outputs).filter(
    ({ shape, type }) =>
      (shape.length === 2 || shape.length === 0) && (type === 'float32' || type === 'float16'),
  );
  for (const name of names) {
    if (pooled.some((output) => output.name === name)) return name;
  }
  const [only, ...others] = pooled;
  if (only && others.length === 0 && only.name !== UNPROJECTED_OUTPUT) return only.name;
  const projection = pooled.some(({ name }) => name === UNPROJECTED_OUTPUT)
    ? '; pooler_output is not projected into the shared space'
    : '';
  throw new SignatureError(
    `expected an output ${names[0]} [batch, dimensions], the file has ${list(outputs)}${projection}`,
  );
}
