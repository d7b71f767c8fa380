import type { Item } from './core/embedder.js';
import { HandspringError } from './core/errors.js';
import type { ErrorCode } from './core/errors.js';
import { cosine, topK as rank } from './core/vectors.js';
import { defaultCacheDir, homeFolder } from './models/cache.js';
import { ModelFolderError } from './models/folder/folder-error.js';
import { HUB, STALL_MS } from './models/hub/hub-defaults.js';
import type { PullEvent } from './models/hub/pull-events.js';
import { ModelSourceError } from './models/source-error.js';
import type { BinaryContent } from './open/content.js';
import type { DeriveEvent } from './open/derive-work.js';
import { ENGINE_DEFAULTS } from './open/engine-defaults.js';
import type { EngineOptions } from './open/engine-options.js';
import { findModel } from './open/find-model.js';
import type { FindOptions, FoundModel } from './open/find-model.js';
import { imageLimits } from './open/memory-limits.js';
import { readInputs } from './open/read-inputs.js';
import { startEngine } from './open/start-engine.js';
import type { RunningEngine } from './open/start-engine.js';
import { TOWER_KINDS } from './towers/registry.js';

export { HandspringError };
export type { BinaryContent, ErrorCode };

/** What each modality is embedded from. */
export interface Contents {
  readonly text: string;
  /** An encoded image (JPEG, PNG, WebP, …), not pixels. */
  readonly image: BinaryContent;
}

export type ModalityName = keyof Contents;

/** One thing to embed: an object with one key, its modality. */
export type Input = { [M in ModalityName]: { readonly [K in M]: Contents[M] } }[ModalityName];

/** What happens while a model is fetched and made ready; `kind` tells them apart. */
export type ProgressEvent = PullEvent | DeriveEvent;

/** Where a program wants to hear of what an operator should know; pino's loggers and the console fit. */
export interface Logger {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Everything may be left out; the defaults are those of the command line. */
export interface OpenOptions extends Partial<
  Pick<
    EngineOptions,
    'precision' | 'normalize' | 'autoOrient' | 'longText' | 'threads' | 'maxImageBytes' | 'cacheBytes'
  >
> {
  /** The towers to load; by default all that the model has. One that is left out costs nothing. */
  readonly modalities?: readonly ModalityName[];
  /** Rewrite the model's graphs to do less work with the same answers; once, kept in the cache folder. */
  readonly optimize?: boolean;
  /** Where downloaded and derived files are kept; by default the user's cache folder. */
  readonly cacheDir?: string;
  /** Never touch the network: a model that is not complete in the cache is then an error. */
  readonly offline?: boolean;
  /** The hub that models are fetched from, or a mirror of it. */
  readonly endpoint?: string;
  /** The hub's access token, for models that want one. */
  readonly token?: string;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Nothing is written anywhere without one. */
  readonly logger?: Logger;
}

export interface EmbedOptions {
  /** Gives up: what has not begun is skipped. */
  readonly signal?: AbortSignal;
  /** Background work, such as indexing: single queries overtake it. */
  readonly bulk?: boolean;
}

/** What a model is, and what it takes. */
export interface ModelFacts {
  /** The catalogue's name, `owner/name@revision`, or the folder's. */
  readonly name: string;
  /** The commit that its files are from; `undefined` for folders and for the model that comes with the package. */
  readonly revision: string | undefined;
  /** Length of the vectors. */
  readonly dimensions: number;
  /** Whether vectors have length 1, so that their inner product is their similarity. */
  readonly normalised: boolean;
  /** The towers that are loaded, and the form each answers in. */
  readonly towers: Readonly<Partial<Record<ModalityName, TowerFacts>>>;
  readonly limits: {
    readonly maxImageBytes: number;
    readonly maxImagePixels: number;
    readonly maxTextChars: number;
  };
}

export interface TowerFacts {
  readonly precision: EngineOptions['precision'];
  /** How int8 weights are scaled, where they are int8. */
  readonly int8: 'rows' | 'blocks' | undefined;
  /** Whether its graph is the rewritten one. */
  readonly optimized: boolean;
}

/** A model that is loaded and warm. It holds threads and memory until it is closed. */
export interface Model extends AsyncDisposable {
  readonly facts: ModelFacts;
  /**
   * One vector of `facts.dimensions` numbers per input, in their order.
   * @throws HandspringError that names the input which failed first, with its `index` and a `code` such as `invalid_image`;
   * the signal's reason.
   * @example
   * const [words, photo] = await model.embed([{ text: 'a cat' }, { image: new URL('samples/cat.jpg', import.meta.url) }]);
   */
  embed(inputs: readonly Input[], options?: EmbedOptions): Promise<Float32Array[]>;
  /** Lets the work under way end, and gives back threads and memory. */
  close(): Promise<void>;
}

/**
 * A model, fetched if it is not in the cache, loaded and warm. A program that forgets to close it can still exit.
 * @param reference A name of the catalogue (`handspring models list`), `owner/name@revision` of the hub, or a folder.
 * @throws HandspringError `model_unavailable` that says what is missing and what to do; the signal's reason.
 * @example
 * import { open, similarity } from 'handspring';
 * await using model = await open('starter', { modalities: ['text'] });
 * const [cat, kitten] = await model.embed([{ text: 'a cat' }, { text: 'a kitten' }]);
 * console.log(similarity(cat, kitten));
 */
export async function open(reference = 'starter', options: OpenOptions = {}): Promise<Model> {
  options.signal?.throwIfAborted();
  const settings = { ...ENGINE_DEFAULTS, maxPendingItems: Infinity, deadlineMs: Infinity, ...given(options) };
  try {
    const found = await findModel(reference, findOptions(settings, options));
    options.signal?.throwIfAborted();
    const { logger } = options;
    const engine = await startEngine(found.model, settings, {
      onEncoderReady: (facts) => logger?.info(facts, 'tower ready'),
      onEncoderDeath: (name, err) =>
        logger?.error({ modality: name, err }, 'the tower thread died; another one is started'),
    });
    return new OpenModel(engine, settings, describe(found, engine, settings));
  } catch (error) {
    if (options.signal?.aborted || error instanceof HandspringError) throw error;
    if (!(error instanceof Error)) throw error;
    const reason = error instanceof ModelSourceError ? error.code : 'unreadable';
    const known = error instanceof ModelSourceError || error instanceof ModelFolderError;
    throw new HandspringError('model_unavailable', error.message, {
      cause: error,
      ...(known && { reason }),
    });
  }
}

/**
 * How alike two vectors of one model are: the cosine of the angle between them, from -1 to 1.
 * @example
 * similarity(Float32Array.of(1, 0), Float32Array.of(1, 1)); // 0.707…
 */
export function similarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return cosine(a, b);
}

/** One of several vectors: its index, and how alike it is to what was asked for. */
export interface Match {
  readonly index: number;
  readonly similarity: number;
}

/**
 * The `k` vectors that are most alike to the query, best first.
 * @example
 * topK(Float32Array.of(1, 0), [Float32Array.of(0, 1), Float32Array.of(2, 0)], 1); // [{ index: 1, similarity: 1 }]
 */
export function topK(query: ArrayLike<number>, vectors: readonly ArrayLike<number>[], k: number): Match[] {
  return rank(vectors.length, k, (index) => cosine(query, vectors[index] ?? [])).map(({ index, score }) => ({
    index,
    similarity: score,
  }));
}

class OpenModel implements Model {
  readonly facts: ModelFacts;
  readonly #engine: RunningEngine;
  readonly #settings: EngineOptions;
  #closed: Promise<void> | undefined;

  constructor(engine: RunningEngine, settings: EngineOptions, facts: ModelFacts) {
    this.#engine = engine;
    this.#settings = settings;
    this.facts = facts;
  }

  async embed(inputs: readonly Input[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    if (this.#closed) throw new HandspringError('not_ready', 'the model is closed');
    options.signal?.throwIfAborted();
    const items: Item[] = await readInputs(inputs, this.#settings.maxImageBytes);
    const { vectors } = await this.#engine.embedder.embed(items, options);
    return [...vectors];
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#engine.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function given(options: OpenOptions): Partial<EngineOptions> {
  const known = Object.keys(ENGINE_DEFAULTS);
  const entries = Object.entries(options).filter(
    ([name, value]) => known.includes(name) && value !== undefined,
  );
  return Object.fromEntries(entries);
}

function findOptions(settings: EngineOptions, options: OpenOptions): FindOptions {
  const { onProgress, signal } = options;
  return {
    ...settings,
    modalities: options.modalities ?? TOWER_KINDS.map(({ modality }) => modality),
    optimize: options.optimize ?? false,
    offline: options.offline ?? false,
    cacheDir:
      options.cacheDir ??
      defaultCacheDir({
        platform: process.platform,
        homeFolder: homeFolder(),
        xdgCacheHome: process.env['XDG_CACHE_HOME'],
        localAppData: process.env['LOCALAPPDATA'],
      }),
    hub: {
      endpoint: options.endpoint ?? HUB,
      stallMs: STALL_MS,
      ...(options.token !== undefined && { token: options.token }),
    },
    onPull: onProgress,
    onDerive: onProgress,
    signal,
  };
}

function describe(
  { model, revision }: FoundModel,
  engine: RunningEngine,
  settings: EngineOptions,
): ModelFacts {
  const { maxPixels } = imageLimits(settings);
  const towers = Object.entries(model.towers).map(([modality, { int8, isOptimized = false }]) => {
    const form: TowerFacts = { precision: settings.precision, int8, optimized: isOptimized };
    return [modality, form] as const;
  });
  return {
    name: model.name,
    revision,
    dimensions: engine.dimensions,
    normalised: engine.normalized,
    towers: Object.fromEntries(towers),
    limits: {
      maxImageBytes: settings.maxImageBytes,
      maxImagePixels: maxPixels,
      maxTextChars: settings.maxTextChars,
    },
  };
}
