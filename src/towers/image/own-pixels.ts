import type { PreparedContent } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { rowShape } from './settings.js';
import type { ImageSettings } from './settings.js';

/**
 * Pixels that somebody else has prepared, as a row in a buffer of its own.
 * @throws HandspringError `invalid_request` if they are none of this model's.
 */
export function ownPixels(
  { values, shape }: PreparedContent,
  settings: ImageSettings,
): Float32Array<ArrayBuffer> {
  const wanted = rowShape(settings).join(', ');
  if (shape.join(', ') !== wanted)
    throw new HandspringError(
      'invalid_request',
      `expected pixels of the shape [${wanted}], received [${shape.join(', ')}]`,
    );
  const strange = values.find((value) => !Number.isFinite(value));
  if (strange !== undefined)
    throw new HandspringError('invalid_request', `expected finite numbers, received ${strange}`);
  return values.slice();
}
