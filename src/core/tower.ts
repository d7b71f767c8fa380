import type { Content } from './embedder.js';
import type { Modality } from './modality.js';
import type { StageTimes } from './stage-clock.js';
import type { Caller } from './virtual-clock.js';

/** How a tower is to work on an item. */
export interface TowerOptions {
  /** A query: goes before bulk, within a bound. */
  readonly urgent: boolean;
  /** Whose item it is: callers take turns. */
  readonly caller?: Caller | undefined;
  /** Refuse what is longer than the model's context, rather than cut it. */
  readonly whole?: boolean;
  /** What comes before it, in place of what the model wants there by default. */
  readonly prompt?: string | undefined;
  /** Aborted when nobody waits for the item any more. */
  readonly signal: AbortSignal;
  /** To be called with each stage as the item reaches it. */
  readonly enter: (stage: keyof StageTimes) => void;
}

export interface Embedding {
  readonly vector: Float32Array;
  /** Whether the item was longer than the model's context, and was cut. */
  readonly truncated: boolean;
  /** Tokens that the tower read of it, those at start and end included; 0 for what has none, such as an image. */
  readonly tokens: number;
}

/**
 * Items of one modality → vectors. What a tower prepares, in which thread, how it groups and batches is its own room's
 * affair.
 */
export interface Tower {
  readonly modality: Modality;
  /** What an item counts as, in ordinary rows of this tower: 1 for an ordinary item, more for one that always becomes many rows. */
  cost(content: Content): number;
  /**
   * @throws HandspringError that says what is wrong with the content, without naming the item: the caller knows its name.
   */
  embed(content: Content, options: TowerOptions): Promise<Embedding>;
  /** Rows that wait for a free encoder, and rows that are in one, at this moment. */
  readonly waiting: number;
  readonly running: number;
  /** Lets the batch under way end, and gives back threads and memory. */
  close(): Promise<void>;
}
