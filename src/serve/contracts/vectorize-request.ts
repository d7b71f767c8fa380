import { HandspringError } from '../../core/errors.js';
import type { EmbedRequest } from '../../core/embedder.js';
import { decodeBase64 } from './base64.js';

/**
 * The body of `POST /vectorize` as a request. `texts` and `images` may each be absent, `null` or empty; other keys are
 * ignored, as the official module does.
 * @throws HandspringError that names the item which is wrong, what was expected and what was received.
 */
export function parseVectorizeRequest(body: unknown, maxItems: number): EmbedRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HandspringError(
      'invalid_request',
      `body: expected a JSON object with texts and images, received ${nameOf(body)}`,
    );
  }
  const { texts: rawTexts, images: rawImages } = body as Record<string, unknown>;
  const texts = parseStrings('texts', rawTexts);
  const images = parseStrings('images', rawImages);
  const count = texts.length + images.length;
  if (count > maxItems) {
    throw new HandspringError(
      'payload_too_large',
      `expected at most ${maxItems} texts and images (MAX_ITEMS), received ${count}`,
      { limit: 'MAX_ITEMS' },
    );
  }
  return {
    texts: texts.map((text) => text.toWellFormed()),
    images: images.map((image, at) => decodeBase64(`images[${at}]`, image)),
  };
}

function parseStrings(field: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new HandspringError(
      'invalid_request',
      `${field}: expected a list of strings, received ${nameOf(value)}`,
    );
  }
  const wrong = value.findIndex((item) => typeof item !== 'string');
  if (wrong >= 0) {
    throw new HandspringError(
      'invalid_request',
      `${field}[${wrong}]: expected a string, received ${nameOf(value[wrong])}`,
    );
  }
  return value as string[];
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
