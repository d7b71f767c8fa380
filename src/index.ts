import './core/require-node.js';
import type { Item } from './core/embedder.js';
import { HandspringError } from './core/errors.js';
import type { ErrorCode } from './core/errors.js';
import { cosine, topK as rank } from './core/vectors.js';
import { ModelFolderError } from './models/folder/folder-error.js';
import { ModelSourceError } from './models/source-error.js';
import { nameOf } from './core/name-of.js';
import { checkOptions } from './open/check-options.js';
import type { BinaryContent } from './open/content.js';
import type { EngineOptions } from './open/engine-options.js';
import { findModel } from './open/find-model.js';
import { describeModel } from './open/model-facts.js';
import type { ModelFacts, TowerFacts } from './open/model-facts.js';
import { toEngineOptions, toFindOptions } from './open/open-options.js';
import type {
  Contents,
  Input,
  Logger,
  ModalityName,
  OpenOptions,
  ProgressEvent,
} from './open/open-options.js';
import { readInputs } from './open/read-inputs.js';
import { startEngine } from './open/start-engine.js';
import type { RunningEngine } from './open/start-engine.js';

export { HandspringError };
export type {
  BinaryContent,
  Contents,
  ErrorCode,
  Input,
  Logger,
  ModalityName,
  ModelFacts,
  OpenOptions,
  ProgressEvent,
  TowerFacts,
};

export interface EmbedOptions {
  /** Gives up: what has not begun is skipped. */
  readonly signal?: AbortSignal;
  /** Background work, such as indexing: single queries overtake it. */
  readonly bulk?: boolean;
}

/** A vector for each input, in their order. */
export type Vectors<T extends readonly Input[]> = { -readonly [K in keyof T]: Float32Array };

/** A model that is loaded and warm. It holds threads and memory until it is closed. */
export interface Model extends AsyncDisposable {
  readonly facts: ModelFacts;
  /**
   * One vector of `facts.dimensions` numbers per input, in their order.
   * @throws HandspringError that names the input which failed first, with its `index` and a `code` such as `invalid_image`;
   * the signal's reason.
   * @example
   * import { readFile } from 'node:fs/promises';
   * import { open } from 'handspring';
   * await using model = await open('starter');
   * const [words, photo] = await model.embed([{ text: 'a cup' }, { image: await readFile('samples/coffee-cup.jpg') }]);
   * console.log(words.length === photo.length);
   */
  embed<const T extends readonly Input[]>(inputs: T, options?: EmbedOptions): Promise<Vectors<T>>;
  /** Lets the work under way end, and gives back threads and memory. */
  close(): Promise<void>;
}

/**
 * A model, fetched if it is not in the cache, loaded and warm. A program that forgets to close it can still exit.
 * @param reference A name of the catalogue (`handspring models list`), `owner/name@revision` of the hub, or a folder.
 * @throws HandspringError `model_unavailable` that says what is missing and what to do; `invalid_request` for an option that is none;
 * the signal's reason.
 * @example
 * import { open, similarity } from 'handspring';
 * await using model = await open('starter', { modalities: ['text'] });
 * const [cat, kitten] = await model.embed([{ text: 'a cat' }, { text: 'a kitten' }]);
 * console.log(similarity(cat, kitten));
 */
export async function open(reference = 'starter', options: OpenOptions = {}): Promise<Model> {
  checkOptions(options);
  if (typeof reference !== 'string')
    throw new HandspringError(
      'invalid_request',
      `expected the name of a model, received ${nameOf(reference)}`,
    );
  options.signal?.throwIfAborted();
  const settings = toEngineOptions(options);
  try {
    const found = await findModel(reference, toFindOptions(settings, options));
    options.signal?.throwIfAborted();
    const { logger } = options;
    const engine = await startEngine(found.model, settings, {
      onEncoderReady: (facts) => logger?.info(facts, 'tower ready'),
      onEncoderDeath: (name, err) =>
        logger?.error({ modality: name, err }, 'the tower thread died; another one is started'),
    });
    return new OpenModel(engine, settings, describeModel(found, engine, settings));
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
 * @throws HandspringError `invalid_request` if they differ in length, as those of different models may.
 * @example
 * import { similarity } from 'handspring';
 * console.log(similarity(Float32Array.of(1, 0), Float32Array.of(1, 1))); // 0.707…
 */
export function similarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length === b.length) return cosine(a, b);
  throw new HandspringError(
    'invalid_request',
    `expected vectors of one length, received ${a.length} and ${b.length} numbers`,
  );
}

/** One of several vectors: its index, and how alike it is to what was asked for. */
export interface Match {
  readonly index: number;
  readonly similarity: number;
}

/**
 * The `k` vectors that are most alike to the query, best first.
 * @throws HandspringError `invalid_request` if a vector differs from the query in length.
 * @example
 * import { topK } from 'handspring';
 * const vectors = [Float32Array.of(0, 1), Float32Array.of(2, 0)];
 * console.log(topK(Float32Array.of(1, 0), vectors, 1)); // [ { index: 1, similarity: 1 } ]
 */
export function topK(query: ArrayLike<number>, vectors: readonly ArrayLike<number>[], k: number): Match[] {
  return rank(vectors.length, k, (index) => similarity(query, vectors[index]!)).map(({ index, score }) => ({
    index,
    similarity: score,
  }));
}

class OpenModel implements Model {
  readonly facts: ModelFacts;
  readonly #engine: RunningEngine;
  readonly #settings: EngineOptions;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(engine: RunningEngine, settings: EngineOptions, facts: ModelFacts) {
    this.#engine = engine;
    this.#settings = settings;
    this.facts = facts;
  }

  async embed<const T extends readonly Input[]>(inputs: T, options: EmbedOptions = {}): Promise<Vectors<T>> {
    if (this.#closed) throw new HandspringError('not_ready', 'the model is closed');
    options.signal?.throwIfAborted();
    const work = this.#embed(inputs, options);
    this.#underWay.add(work);
    try {
      return [...(await work)] as Vectors<T>;
    } finally {
      this.#underWay.delete(work);
    }
  }

  close(): Promise<void> {
    // What reads its files is under way, too, though the engine has not heard of it.
    return (this.#closed ??= Promise.allSettled(this.#underWay).then(() => this.#engine.close()));
  }

  async #embed(inputs: readonly Input[], options: EmbedOptions): Promise<readonly Float32Array[]> {
    const items: Item[] = await readInputs(
      inputs,
      this.#settings.maxImageBytes,
      Object.keys(this.facts.towers),
    );
    return (await this.#engine.embedder.embed(items, options)).vectors;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
