import type { Request, RequestHandler, Response } from 'express';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Budget } from '../../core/budget.js';
import { HandspringError } from '../../core/errors.js';
import type { Store, StoredImage } from '../../photos/index/store.js';
import type { ThumbnailSize } from '../../photos/index/thumbnail.js';
import { THUMBNAIL_SIDES } from '../../photos/index/thumbnail.js';
import type { Thumbnails } from '../../photos/index/thumbnails.js';
import { parseRange, sliceOf } from './byte-range.js';
import { requestContext } from '../request-context.js';
import { toText } from './search-request.js';

const FOR_GOOD = 'private, max-age=31536000, immutable';
const ASK_AGAIN = 'private, no-cache';
/** Sent at once; the others wait. Each is an open file, or in a store that gives none an image in memory. */
const ORIGINALS_AT_ONCE = 16;

/** `GET /search/images/:id`: the image or sound as it was put in, whole or a stretch of it, or of an image at `?size=thumb` or `large` a WebP any browser can show. */
export function sendImages(
  store: Pick<Store, 'openImage'>,
  thumbnails: Pick<Thumbnails, 'make'>,
): RequestHandler<{ id: string }> {
  const originals = new Budget({ capacity: ORIGINALS_AT_ONCE });
  return async (req, res) => {
    const size = parseSize(toText(req as Request, 'size'));
    const { id } = req.params;
    const { signal } = requestContext(res);
    if (size !== undefined) return sendThumbnail(store, thumbnails, { id, size }, res);
    return originals.run(1, async () => sendOriginal(await store.openImage(id, { signal }), id, res), {
      signal,
    });
  };
}

async function sendOriginal(image: StoredImage, id: string, res: Response): Promise<void> {
  setHeaders(res, image, `${id}-original`);
  res.type(image.mediaType);
  if (res.req.fresh) {
    image.body.destroy();
    return void res.status(304).end();
  }
  const range = parseRange(res.req.headers.range, image.bytes);
  if (range === 'outside') {
    image.body.destroy();
    return void res.status(416).set('Content-Range', `bytes */${image.bytes}`).end();
  }
  const { from, to } = range ?? { from: 0, to: image.bytes - 1 };
  if (range) res.status(206).set('Content-Range', `bytes ${from}-${to}/${image.bytes}`);
  res.set({ 'Accept-Ranges': 'bytes', 'Content-Length': String(to - from + 1) });
  res.setMaxListeners(20); // some listen to every response; a pipeline adds more than Node's default has room for
  // A caller that hangs up ends it, too, and that is no error.
  await pipeline(range ? sliceOf(image.body, range) : image.body, res).catch((error: unknown) => {
    if (!res.destroyed && !res.writableEnded) throw error;
  });
}

async function sendThumbnail(
  store: Pick<Store, 'openImage'>,
  thumbnails: Pick<Thumbnails, 'make'>,
  { id, size }: { readonly id: string; readonly size: ThumbnailSize },
  res: Response,
): Promise<void> {
  const { signal } = requestContext(res);
  let image: StoredImage | undefined;
  const read = async (): Promise<Uint8Array> => {
    image = await store.openImage(id, { signal });
    return buffer(image.body);
  };
  const made = await thumbnails.make(read, size, signal);
  // Only now: what an error is sent with must not be kept for a year.
  setHeaders(res, image, `${id}-${size}`);
  res.type('image/webp').send(Buffer.from(made));
}

function setHeaders(res: Response, image: StoredImage | undefined, tag: string): void {
  const immutable = image?.immutable === true;
  res.set({
    'Cache-Control': immutable ? FOR_GOOD : ASK_AGAIN,
    // An image opened by itself must not be able to do anything, whatever its bytes turn out to be.
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  });
  if (immutable) res.set('ETag', `"${tag}"`);
}

function parseSize(text: string | undefined): ThumbnailSize | undefined {
  if (text === undefined || Object.hasOwn(THUMBNAIL_SIDES, text)) return text as ThumbnailSize | undefined;
  throw new HandspringError('invalid_request', 'size: expected thumb or large, received another value');
}
