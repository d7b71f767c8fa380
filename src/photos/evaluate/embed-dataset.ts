import { readWholeFile } from '../../core/regular-file.js';
import { forEachAtOnce } from '../../core/at-once.js';
import type { Embedder } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import type { Progress } from '../../core/progress.js';
import type { MediaKind } from '../media/kind.js';
import type { CaptionedFile } from './dataset.js';

/** Requests under way at once: enough for batches to fill, few enough to hold few files in memory. */
const CONCURRENCY = 16;

export interface EmbeddedDataset {
  /** One vector per photo or sound. */
  readonly items: readonly Float32Array[];
  /** One vector per caption. */
  readonly texts: readonly Float32Array[];
  /** The item's index of each caption. */
  readonly itemOf: readonly number[];
}

interface EmbeddedFile {
  readonly item: Float32Array;
  readonly texts: readonly Float32Array[];
}

/**
 * The vectors of all files and captions, in the dataset's order.
 * @param kind What the files are.
 * @throws HandspringError that names the file which could not be read.
 */
export async function embedDataset(
  files: readonly CaptionedFile[],
  { modality }: Pick<MediaKind, 'modality'>,
  embedder: Embedder,
  progress: Progress,
): Promise<EmbeddedDataset> {
  const embedded: EmbeddedFile[] = [];
  await forEachAtOnce(files.entries(), CONCURRENCY, async ([index, file]) => {
    embedded[index] = await embedFile(file, modality, embedder);
    progress.add(1);
  });
  return {
    items: embedded.map(({ item }) => item),
    texts: embedded.flatMap(({ texts }) => texts),
    itemOf: files.flatMap(({ captions }, index) => captions.map(() => index)),
  };
}

async function embedFile(
  { file, captions }: CaptionedFile,
  modality: string,
  embedder: Embedder,
): Promise<EmbeddedFile> {
  try {
    const content = await readWholeFile(file);
    const { vectors } = await embedder.embed([
      { modality, content, name: modality },
      ...captions.map((caption) => ({ modality: 'text', content: caption })),
    ]);
    const [item, ...texts] = vectors;
    if (!item) throw new Error('expected one vector for one file, received none');
    return { item, texts };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HandspringError('invalid_request', `${file}: ${message}`, { cause });
  }
}
