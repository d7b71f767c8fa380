import { readFile } from 'node:fs/promises';
import { forEachAtOnce } from '../../core/at-once.js';
import type { Embedder } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import type { Progress } from '../../core/progress.js';
import type { CaptionedPhoto } from './dataset.js';

/** Requests under way at once: enough for batches to fill, few enough to hold few files in memory. */
const CONCURRENCY = 16;

export interface EmbeddedDataset {
  readonly images: readonly Float32Array[];
  readonly texts: readonly Float32Array[];
  /** The photo's index of each caption. */
  readonly photoOf: readonly number[];
}

interface EmbeddedPhoto {
  readonly image: Float32Array;
  readonly texts: readonly Float32Array[];
}

/**
 * The vectors of all photos and captions, in the dataset's order.
 * @throws HandspringError that names the photo which could not be read.
 */
export async function embedDataset(
  photos: readonly CaptionedPhoto[],
  embedder: Embedder,
  progress: Progress,
): Promise<EmbeddedDataset> {
  const embedded: EmbeddedPhoto[] = [];
  await forEachAtOnce(photos.entries(), CONCURRENCY, async ([index, photo]) => {
    embedded[index] = await embedPhoto(photo, embedder);
    progress.add(1);
  });
  return {
    images: embedded.map(({ image }) => image),
    texts: embedded.flatMap(({ texts }) => texts),
    photoOf: photos.flatMap(({ captions }, index) => captions.map(() => index)),
  };
}

async function embedPhoto(photo: CaptionedPhoto, embedder: Embedder): Promise<EmbeddedPhoto> {
  try {
    const bytes = await readFile(photo.file);
    const captions = photo.captions.map((content) => ({ modality: 'text', content }));
    const { vectors } = await embedder.embed([
      { modality: 'image', content: bytes, name: 'image' },
      ...captions,
    ]);
    const [image, ...texts] = vectors;
    if (!image) throw new Error('expected one vector for one image, received none');
    return { image, texts };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HandspringError('invalid_request', `${photo.file}: ${message}`, { cause });
  }
}
