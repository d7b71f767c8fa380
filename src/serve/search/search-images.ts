import type { Request, Response } from 'express';
import { HandspringError } from '../../core/errors.js';
import type { Store } from '../../photos/index/store.js';
import type { ThumbnailSize } from '../../photos/index/thumbnail.js';
import { createThumbnail, THUMBNAIL_SIDES } from '../../photos/index/thumbnail.js';
import { requestContext } from '../request-context.js';
import { toText } from './search-request.js';

const FOR_GOOD = 'private, max-age=31536000, immutable';
const ASK_AGAIN = 'private, no-cache';

/** `GET /search/images/:id`: the image as it was put in, or at `?size=thumb` or `large` a WebP any browser can show. */
export async function sendImage(store: Store, req: Request<{ id: string }>, res: Response): Promise<void> {
  const size = parseSize(toText(req as Request, 'size'));
  const image = await store.readImage(req.params.id, { signal: requestContext(res).signal });
  res.set({
    'Cache-Control': image.immutable ? FOR_GOOD : ASK_AGAIN,
    // An image opened by itself must not be able to do anything, whatever its bytes turn out to be.
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
  });
  if (image.immutable) res.set('ETag', `"${req.params.id}-${size ?? 'original'}"`);
  if (size === undefined) res.type(image.mediaType).send(Buffer.from(image.bytes));
  else res.type('image/webp').send(await createThumbnail(image.bytes, size));
}

function parseSize(text: string | undefined): ThumbnailSize | undefined {
  if (text === undefined || Object.hasOwn(THUMBNAIL_SIDES, text)) return text as ThumbnailSize | undefined;
  throw new HandspringError('invalid_request', 'size: expected thumb or large, received another value');
}
