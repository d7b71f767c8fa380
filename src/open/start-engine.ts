import { Admission } from '../core/admission.js';
import type { Embedder } from '../core/embedder.js';
import { Engine } from '../core/engine.js';
import type { Modality } from '../core/modality.js';
import type { Observer } from '../core/observer.js';
import { VectorCache } from '../core/vector-cache.js';
import type { ModelFolder } from '../models/folder/folder.js';
import { toEngineSettings } from './engine-options.js';
import type { EngineOptions } from './engine-options.js';
import { startTowers } from './start-towers.js';

/** A model loaded and warm, ready to embed. */
export interface RunningEngine {
  readonly embedder: Embedder;
  readonly dimensions: number;
  /** Shorter lengths that the model was trained to be cut to. */
  readonly matryoshkaDimensions: readonly number[];
  readonly normalized: boolean;
  /** Tokens of the longest text that is read in one row; absent without a text tower. */
  readonly contextLength?: number | undefined;
  /** Rows that wait or run at this moment, by modality. */
  queue(): Readonly<Record<Modality, { readonly waiting: number; readonly running: number }>>;
  close(): Promise<void>;
  /** Lets each encoder end the batch it is in and no other; what waits stays unanswered. For an exit in haste. */
  halt(): Promise<void>;
}

/**
 * Loads the towers of a model and puts the engine around them.
 * @throws Error if a tower cannot be loaded, or they give vectors of different lengths.
 */
export async function startEngine(
  model: ModelFolder,
  options: EngineOptions,
  observer: Observer = {},
): Promise<RunningEngine> {
  const settings = toEngineSettings(options, model);
  const started = await startTowers(model, settings, observer);
  const { towers } = started;
  const embedder = new Engine({
    towers,
    admission: new Admission(settings.maxPendingItems, 'items', 'MAX_PENDING_ITEMS'),
    permitsPerRow: started.permitsPerRow,
    deadlineMs: settings.deadlineMs,
    cache: settings.cacheBytes === 0 ? undefined : createCache(settings.cacheBytes, observer),
    observer,
  });
  return {
    embedder,
    dimensions: started.dimensions,
    matryoshkaDimensions: model.matryoshkaDimensions.filter((length) => length < started.dimensions),
    normalized: settings.encoder.normalize,
    contextLength: started.contextLength,
    queue: () =>
      Object.fromEntries(
        towers.map(({ modality, waiting, running }) => [modality, { waiting, running }] as const),
      ),
    close: () => started.close(),
    halt: () => started.halt(),
  };
}

function createCache(bytes: number, observer: Observer): VectorCache {
  return new VectorCache(bytes, {
    onHit: () => observer.onCacheHit?.(),
    onMiss: () => observer.onCacheMiss?.(),
    onBytes: (held) => observer.onCacheBytes?.(held),
  });
}
