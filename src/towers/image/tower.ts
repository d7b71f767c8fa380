import type { Batcher } from '../../core/batcher.js';
import { Budget } from '../../core/budget.js';
import type { Row } from '../../core/encoder.js';
import type { Observer } from '../../core/observer.js';
import { RowTower } from '../../core/row-tower.js';
import type { Tower } from '../../core/tower.js';
import { fileBytes } from '../file-bytes.js';
import type { TowerKind } from '../kind.js';
import type { ImageLimits } from './decode/inspect.js';
import { ImagePreparer } from './image-preparer.js';
import { sampleImages } from './samples.js';
import { readImageSettings } from './settings.js';
import type { ImageSettings } from './settings.js';

export interface ImageTowerSettings {
  /** Turn photos by their EXIF orientation first. */
  readonly autoOrient: boolean;
  readonly imageLimits: ImageLimits;
  /** Most images in a batch. */
  readonly maxBatchSize: number;
  /** Most pixels decoded at once, as of a plain JPEG. */
  readonly maxPendingPixels: number;
  /** Threads that decode and resize. */
  readonly prepareThreads: number;
}

/** Encoded images (JPEG, PNG, …) → vectors. */
export const imageKind: TowerKind<ImageTowerSettings> = {
  modality: 'image',
  trial: { items: 'images', batches: [1, 2, 4, 8, 16], option: 'MAX_BATCH_SIZE' },
  async plan(model, tower) {
    const image = await readImageSettings(model.folder, tower);
    const shape = [3, image.size, image.size];
    return {
      input: { kind: 'dense', shape },
      outputs: ['image_embeds', 'image_embeddings', 'embedding', 'sentence_embedding'],
      sample: new Float32Array(shape.reduce((product, side) => product * side)),
      samples: () => sampleImages(image),
      maxBatch: ({ maxBatchSize }) => maxBatchSize,
      start: (batcher, settings, observer) => startImageTower(image, batcher, settings, observer),
    };
  },
};

async function startImageTower(
  image: ImageSettings,
  batcher: Batcher<Row>,
  { autoOrient, imageLimits, maxPendingPixels, prepareThreads }: ImageTowerSettings,
  observer: Observer,
): Promise<Tower> {
  const preparer = await ImagePreparer.start({
    settings: image,
    limits: imageLimits,
    orient: autoOrient,
    threads: prepareThreads,
    maxPendingPixels,
    onPixels: observer.onPixels?.bind(observer),
  });
  return new RowTower<Float32Array<ArrayBuffer>>({
    modality: 'image',
    prepare: async (content, options) => ({
      rows: [await preparer.prepare(fileBytes(content, 'an image'), options)],
    }),
    // The next batches are ready when their time comes; what comes after them waits as encoded bytes.
    prepareAhead: new Budget({ capacity: batcher.rowsAtOnce + prepareThreads }),
    batcher,
    close: () => preparer.close(),
  });
}
