import type { Content, PendingContent } from '../../core/embedder.js';
import { HandspringError, fieldOf } from '../../core/errors.js';
import { decodeBase64 } from './base64.js';
import type { Served } from './contract.js';

/** Base64 has no colon. Addresses that mean something to whoever sent them alone are not taken for such. Bounded, as it is tried on megabytes of it: what has a longer beginning is no base64 either. */
const SCHEME = /^\s{0,64}(?!data:|blob:|[a-z]:[\\/])[a-z][a-z0-9+.-]{0,31}:/i;

/**
 * The image that a string stands for: base64, a `data:` URI, or an address that is fetched when its turn comes.
 * @throws HandspringError `invalid_image` that names the item; `image_urls_off` for an address where none may be fetched.
 */
export function imageContent(
  item: string,
  text: string,
  { fetchImage }: Pick<Served, 'fetchImage'>,
): Content | PendingContent {
  if (!SCHEME.test(text)) return decodeBase64(item, text);
  if (fetchImage) return fetchImage(text);
  throw new HandspringError(
    'image_urls_off',
    `${item}: expected an image as base64 or as a data: URI, received an address, which this service does not fetch (IMAGE_URLS)`,
    { field: fieldOf(item) },
  );
}
