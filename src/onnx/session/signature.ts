import type { InferenceSession } from './onnxruntime.js';

type Metadata = InferenceSession.ValueMetadata;

export interface ImageSignature {
  readonly modality: 'image';
  /** `pixel_values` as Hugging Face names it, `image` as immich does: whatever the four-dimensional input is called. */
  readonly pixels: string;
  readonly pixelType: 'float32' | 'float16';
  readonly output: string;
  /** The only batch size the file takes, if its first dimension is fixed. */
  readonly fixedBatch: number | undefined;
  /** The only height and width the file takes, if they are fixed. */
  readonly fixedSide: number | undefined;
}

/** An input of whole numbers [batch, length]. */
export interface TokenInput {
  readonly name: string;
  readonly type: 'int32' | 'int64';
}

export interface TextSignature {
  readonly modality: 'text';
  readonly ids: TokenInput;
  readonly attentionMask: TokenInput | undefined;
  readonly tokenTypes: TokenInput | undefined;
  readonly output: string;
  readonly fixedBatch: number | undefined;
  /** The only sequence length the file takes, if its second dimension is fixed: every row is padded to it. */
  readonly fixedLength: number | undefined;
}

export type TowerSignature = ImageSignature | TextSignature;

/** A file that does not fit its tower; the message names what is missing and what the file has. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

/** Names of a projected, pooled output, best first. `pooler_output` is one for SigLIP, whose towers have no projection. */
const IMAGE_OUTPUTS = ['image_embeds', 'image_embeddings', 'embedding', 'sentence_embedding'];
const TEXT_OUTPUTS = ['text_embeds', 'text_embeddings', 'embedding', 'sentence_embedding'];
const UNPROJECTED_OUTPUT = 'pooler_output';

export interface SignatureHints {
  /** Whether the pooled output is the embedding itself, because this kind of model has no projection. */
  readonly pooledIsEmbedding: boolean;
}

/**
 * How to call the image tower in a file, from the session's own metadata alone.
 * @throws SignatureError if there is no four-dimensional float input or no embedding output.
 */
export function readImageSignature(
  inputs: readonly Metadata[],
  outputs: readonly Metadata[],
  hints: SignatureHints,
): ImageSignature {
  const pixels = tensors(inputs).find(({ shape, type }) => shape.length === 4 && type.startsWith('float'));
  if (!pixels || (pixels.type !== 'float32' && pixels.type !== 'float16')) {
    throw new SignatureError(
      `expected an input of pixels [batch, 3, height, width] as float32 or float16, the file has ${list(inputs)}`,
    );
  }
  return {
    modality: 'image',
    pixels: pixels.name,
    pixelType: pixels.type,
    output: pickOutput(outputs, IMAGE_OUTPUTS, hints),
    fixedBatch: fixed(pixels.shape[0]),
    fixedSide: fixed(pixels.shape[2]) ?? fixed(pixels.shape[3]),
  };
}

/**
 * How to call the text tower in a file, from the session's own metadata alone.
 * @throws SignatureError if there is no input of token ids or no embedding output.
 */
export function readTextSignature(
  inputs: readonly Metadata[],
  outputs: readonly Metadata[],
  hints: SignatureHints,
): TextSignature {
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
  return {
    modality: 'text',
    ids: tokenInput(ids),
    attentionMask: mask && tokenInput(mask),
    tokenTypes: tokenTypes && tokenInput(tokenTypes),
    output: pickOutput(outputs, TEXT_OUTPUTS, hints),
    fixedBatch: fixed(ids.shape[0]),
    fixedLength: fixed(ids.shape[1]),
  };
}

/** The inputs that a tower is given: all that its file may ask for. */
export function inputsOf(signature: TowerSignature): string[] {
  if (signature.modality === 'image') return [signature.pixels];
  const { ids, attentionMask, tokenTypes } = signature;
  return [ids, attentionMask, tokenTypes].flatMap((input) => (input ? [input.name] : []));
}

function tokenInput({ name, type }: TokenInput): TokenInput {
  return { name, type };
}

function pickOutput(outputs: readonly Metadata[], names: readonly string[], hints: SignatureHints): string {
  const pooled = tensors(outputs).filter(
    ({ shape, type }) =>
      (shape.length === 2 || shape.length === 0) && (type === 'float32' || type === 'float16'),
  );
  const accepted = hints.pooledIsEmbedding ? [...names, UNPROJECTED_OUTPUT] : names;
  for (const name of accepted) {
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

function tensors(metadata: readonly Metadata[]): InferenceSession.TensorValueMetadata[] {
  return metadata.filter((value): value is InferenceSession.TensorValueMetadata => value.isTensor);
}

function fixed(dimension: number | string | undefined): number | undefined {
  return typeof dimension === 'number' && dimension > 0 ? dimension : undefined;
}

function list(metadata: readonly Metadata[]): string {
  return (
    metadata
      .map((value) =>
        value.isTensor ? `${value.name} ${value.type}[${value.shape.join(', ')}]` : value.name,
      )
      .join(', ') || 'none'
  );
}
