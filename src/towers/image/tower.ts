import type { Batcher } from '../../core/batcher.js';
import { Budget } from '../../core/budget.js';
import { isPrepared } from '../../core/embedder.js';
import type { Row } from '../../core/encoder.js';
import type { Modality } from '../../core/modality.js';
import type { Observer } from '../../core/observer.js';
import { RowTower } from '../../core/row-tower.js';
import type { Tower } from '../../core/tower.js';
import { fileBytes } from '../file-bytes.js';
import type { TowerKind } from '../kind.js';
import { Shared } from '../shared.js';
import type { ImageLimits } from './decode/inspect.js';
import { ImagePreparer } from './image-preparer.js';
import { ownPixels } from './own-pixels.js';
import { sampleImages } from './samples.js';
import { readImageSettings, rowShape } from './settings.js';
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
export const imageKind = kindOf('image', 'images');

/** Pictures of what a camera measured, in the same files, mostly in grey: distances, and temperatures. */
export const depthKind = kindOf('depth', 'depth images');
export const thermalKind = kindOf('thermal', 'thermal images');

function kindOf(modality: Modality, items: string): TowerKind<ImageTowerSettings> {
  return {
    modality,
    trial: { items, batches: [1, 2, 4, 8, 16], option: 'MAX_BATCH_SIZE' },
    async plan(model, tower) {
      const image = await readImageSettings(model.folder, tower);
      const shape = rowShape(image);
      return {
        input: { kind: 'dense', shape },
        outputs: [`${modality}_embeds`, `${modality}_embeddings`, 'embedding', 'sentence_embedding'],
        sample: new Float32Array(shape.reduce((product, side) => product * side)),
        samples: () => sampleImages(image),
        maxBatch: ({ maxBatchSize }) => maxBatchSize,
        start: (batcher, settings, observer) => startImageTower(modality, image, batcher, settings, observer),
      };
    },
  };
}

/** Pixels are bounded for all towers of an engine together. */
const preparers = new Shared<ImagePreparer>();

async function startImageTower(
  modality: Modality,
  image: ImageSettings,
  batcher: Batcher<Row>,
  settings: ImageTowerSettings,
  observer: Observer,
): Promise<Tower> {
  const { autoOrient, imageLimits, maxPendingPixels, prepareThreads } = settings;
  const { shared: preparer, close } = await preparers.use(settings, () =>
    ImagePreparer.start({
      limits: imageLimits,
      orient: autoOrient,
      threads: prepareThreads,
      maxPendingPixels,
      onPixels: observer.onPixels?.bind(observer),
    }),
  );
  return new RowTower<Float32Array<ArrayBuffer>>({
    modality,
    prepare: async (content, options) => ({
      rows: [
        isPrepared(content)
          ? ownPixels(content, image)
          : await preparer.prepare(fileBytes(content, 'an image'), image, options),
      ],
    }),
    // The next batches are ready when their time comes; what comes after them waits as encoded bytes.
    prepareAhead: new Budget({ capacity: batcher.rowsAtOnce + prepareThreads }),
    batcher,
    close,
  });
}
