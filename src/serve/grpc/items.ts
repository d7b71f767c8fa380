import type { Content, Item } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import type { Modality } from '../../core/modality.js';
import { parseDimensions, toApiVectors } from '../contracts/api-vectors.js';
import type { ServedModel } from '../contracts/contract.js';
import { checkModelName } from '../contracts/openai/model-name.js';

/** As protobufjs decodes it: what is absent has its default, and `content` names the field that is there. */
export interface ItemMessage {
  readonly content?: Modality;
}

/** What an item is asked for with. */
export interface Wanted {
  readonly model: string;
  readonly normalize?: boolean;
  readonly dimensions?: number | null;
}

/** @throws HandspringError that names the item. */
export function toItem(message: ItemMessage, name: string): Item {
  const { content: modality } = message;
  if (modality === undefined)
    throw new HandspringError(
      'invalid_request',
      `${name}: expected a text or a file, such as an image, received neither`,
      { field: 'items' },
    );
  const content = (message as Readonly<Record<string, Content>>)[modality] as Content;
  return { modality, name, content };
}

/**
 * How a vector of the model is sent: float32, little-endian, as all machines have them that this runs on.
 * @throws HandspringError for another model or a length that it does not have.
 */
export function vectorBytes(
  { model: asked, normalize, dimensions }: Wanted,
  model: ServedModel,
): (vector: Float32Array) => Uint8Array {
  if (asked !== '') checkModelName(asked, model);
  const length = parseDimensions(dimensions, model);
  const isUnit = normalize ?? (model.normalized || length < model.dimensions);
  return (vector) => {
    const [wanted = vector] = isUnit ? toApiVectors([vector], model, length) : [vector.subarray(0, length)];
    return new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.byteLength);
  };
}
