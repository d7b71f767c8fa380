import { MemoryStore } from '../../src/photos/index/memory-store.js';
import { Thumbnails } from '../../src/photos/index/thumbnails.js';
import type { MediaKind } from '../../src/photos/media/kind.js';
import { PHOTOS_ALONE } from '../../src/photos/media/kinds.js';
import { MediaReaders } from '../../src/photos/media/media-readers.js';
import { createSearchRoutes } from '../../src/serve/search/search-routes.js';
import { ColourEmbedder } from '../photos/index/colour-embedder.js';
import { startTestApp } from '../support/app.js';
import { FFMPEG } from '../support/ffmpeg.js';
import { makeFolder } from '../support/folder.js';

export const COLOUR_MODEL = {
  name: 'colour',
  title: 'Colour',
  note: 'It is not CLIP: it knows colours only.',
  dimensions: 3,
};

export interface ColourPageOptions {
  readonly examples?: readonly string[];
  readonly allowAdding?: boolean;
  /** Whether the service makes images of videos, as it does with an ffmpeg. */
  readonly makesPosters?: boolean;
  /** What is taken; photos alone unless it is given. */
  readonly kinds?: readonly MediaKind[];
}

/** The search page over a folder of its own with these files, answered by a model that knows colours only. */
export async function startColourPage(
  files: Readonly<Record<string, Uint8Array>>,
  options: ColourPageOptions = {},
) {
  const { examples = [], allowAdding = true, kinds = PHOTOS_ALONE } = options;
  const { folder, remove } = await makeFolder(files);
  const embedder = new ColourEmbedder();
  const maxImageBytes = 1_000_000;
  const readers = new MediaReaders({ maxSoundSeconds: 60, maxVideoSeconds: 60, ffmpeg: FFMPEG });
  const store = new MemoryStore({
    folder,
    embedder,
    kinds,
    tools: readers.tools,
    maxImageBytes,
    log: { warn: () => undefined },
  });
  const thumbnails = new Thumbnails({
    limits: { maxBytes: maxImageBytes, maxPixels: 25_000_000 },
    maxPendingPixels: 25_000_000,
    videos: options.makesPosters === false ? undefined : FFMPEG && { ffmpeg: FFMPEG, maxSeconds: 60 },
  });
  const extra = createSearchRoutes({
    store,
    thumbnails,
    model: COLOUR_MODEL,
    allowAdding,
    allowedHosts: [],
    maxImageBytes,
    examples,
  });
  const app = await startTestApp({ extra });
  const stop = async (): Promise<void> => {
    await app.close();
    await thumbnails.close();
    await store.close();
    await readers.close();
    await remove();
  };
  return { url: app.url, folder, embedder, store, stop };
}
