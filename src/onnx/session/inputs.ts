import type { EncoderInput } from '../../core/encoder.js';
import type { EncoderSpec } from './encoder-spec.js';
import { SignatureError, fixed, list, tensors } from './metadata.js';
import type { Metadata } from './metadata.js';

/** How to feed a file: rows of numbers, or rows of token ids. */
export type InputSignature = DenseInputs | TokenInputs;

interface CommonInputs {
  /** The only batch size the file takes, if its first dimension is fixed. */
  readonly fixedBatch: number | undefined;
}

export interface DenseInputs extends CommonInputs {
  readonly kind: 'dense';
  /** Whatever the file calls it: `pixel_values` at Hugging Face, `image` at immich. */
  readonly input: string;
  readonly type: 'float32' | 'float16';
  /** Of one row: the batch's shape without its first dimension. */
  readonly shape: readonly number[];
}

export interface TokenInputs extends CommonInputs {
  readonly kind: 'tokens';
  readonly ids: TokenInput;
  readonly attentionMask: TokenInput | undefined;
  readonly tokenTypes: TokenInput | undefined;
  /** The only sequence length the file takes, if its second dimension is fixed: every row is padded to it. */
  readonly fixedLength: number | undefined;
  readonly padding: TokenPadding;
}

/** An input of whole numbers [batch, length]. */
export interface TokenInput {
  readonly name: string;
  readonly type: 'int32' | 'int64';
}

/** How rows of several lengths become one batch; see `EncoderInput` and `EncoderSpec`. */
export interface TokenPadding extends Pick<TokensSpec, 'contextLength' | 'padId' | 'padTo'> {
  readonly evenLengths: boolean;
}

type DenseSpec = Extract<EncoderInput, { kind: 'dense' }>;
type TokensSpec = Extract<EncoderInput, { kind: 'tokens' }>;

/**
 * How to feed a model file, from its session's own metadata and what it is to be fed.
 * @throws SignatureError if it has no input for such rows, or takes rows of another shape or length.
 */
export function readInputs(
  inputs: readonly Metadata[],
  { input, evenLengths = false }: Pick<EncoderSpec, 'input' | 'evenLengths'>,
): InputSignature {
  return input.kind === 'dense' ? readDense(inputs, input) : readTokens(inputs, input, evenLengths);
}

/** The inputs that the file is given: all that it may ask for. */
export function inputsOf(signature: InputSignature): string[] {
  if (signature.kind === 'dense') return [signature.input];
  const { ids, attentionMask, tokenTypes } = signature;
  return [ids, attentionMask, tokenTypes].flatMap((input) => (input ? [input.name] : []));
}

/** The first float input of as many dimensions as a batch of the rows has; sizes that the file leaves free are the rows'. */
function readDense(inputs: readonly Metadata[], { shape }: DenseSpec): DenseInputs {
  const [input] = tensors(inputs).flatMap(({ name, type, shape: dims }) =>
    (type === 'float32' || type === 'float16') && dims.length === shape.length + 1
      ? [{ name, type, dims }]
      : [],
  );
  if (!input) {
    const batch = ['batch', ...shape].join(', ');
    throw new SignatureError(
      `expected an input [${batch}] of float32 or float16, the file has ${list(inputs)}`,
    );
  }
  const { name, type, dims } = input;
  const own = shape.map((size, axis) => fixed(dims[axis + 1]) ?? size);
  if (own.some((size, axis) => size !== shape[axis])) {
    throw new SignatureError(
      `${name}: expected rows of ${shape.join(' × ')} numbers, as the folder's settings say, the file takes ${own.join(' × ')}`,
    );
  }
  return { kind: 'dense', input: name, type, shape, fixedBatch: fixed(dims[0]) };
}

function readTokens(
  inputs: readonly Metadata[],
  { contextLength, padId, padTo }: TokensSpec,
  evenLengths: boolean,
): TokenInputs {
  const integers = tensors(inputs).flatMap(({ name, type, shape }) =>
    type === 'int32' || type === 'int64' ? [{ name, type, shape }] : [],
  );
  const named = (name: string) => integers.find((input) => input.name === name);
  const mask = named('attention_mask');
  const tokenTypes = named('token_type_ids');
  const ids = named('input_ids') ?? integers.find((input) => input !== mask && input !== tokenTypes);
  if (!ids) {
    throw new SignatureError(
      `expected an input of token ids [batch, length] as int32 or int64, the file has ${list(inputs)}`,
    );
  }
  const fixedLength = fixed(ids.shape[1]);
  if (fixedLength !== undefined && fixedLength < contextLength) {
    throw new SignatureError(
      `${ids.name}: expected rows of ${contextLength} tokens, as the folder's settings say, the file takes ${fixedLength}`,
    );
  }
  return {
    kind: 'tokens',
    ids: tokenInput(ids),
    attentionMask: mask && tokenInput(mask),
    tokenTypes: tokenTypes && tokenInput(tokenTypes),
    fixedBatch: fixed(ids.shape[0]),
    fixedLength,
    padding: { contextLength, padId, padTo, evenLengths },
  };
}

function tokenInput({ name, type }: TokenInput): TokenInput {
  return { name, type };
}
