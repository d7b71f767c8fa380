import type { Modality } from './modality.js';
import type { StageTimes } from './stage-clock.js';
import type { Caller } from './virtual-clock.js';

/** What an item is made of: a text as a string, anything else as the bytes of its file (a JPEG, a WAV, …), or as what a tower makes of that. */
export type Content = string | Uint8Array | PreparedContent;

/** A row for a tower's encoder, which somebody else has prepared. */
export interface PreparedContent {
  /** As many numbers as the shape says; they are read, and stay their owner's. */
  readonly values: Float32Array;
  /** Of the model's input for one item: [channels, height, width] of an image. */
  readonly shape: readonly number[];
}

/** Content that is brought from elsewhere, once its request has its permits, within the request's deadline. */
export interface PendingContent {
  /**
   * @throws HandspringError that says what is wrong, without naming the item; the signal's reason.
   */
  readonly load: (options: LoadOptions) => Promise<LoadedContent>;
}

export interface LoadOptions {
  /** Aborted when nobody waits for the item any more. */
  readonly signal: AbortSignal;
  /** A query: goes before bulk that waits. */
  readonly urgent: boolean;
  /** Who asks. */
  readonly caller?: Caller | undefined;
}

export interface LoadedContent {
  readonly content: Exclude<Content, PreparedContent>;
  /** Gives back what its bytes hold of memory and turns, however often it is called; for when it is prepared, or has failed. */
  readonly release: () => void;
}

/** One thing to be embedded. */
export interface Item {
  readonly modality: Modality;
  readonly content: Content | PendingContent;
  /** What errors call it, in the words of whoever asked: `images[3]`, `input[3]`. By default its modality and place. */
  readonly name?: string;
  /** What comes before it, of an item that can have something before it: a text. By default what the model wants there. */
  readonly prompt?: string | undefined;
}

export interface EmbedOptions {
  /** Aborted when the caller has gone: items still waiting are then skipped. */
  readonly signal?: AbortSignal;
  /** Who asks, where several share the service: callers take turns, however much each has asked for. */
  readonly caller?: Caller | undefined;
  /** Background work, such as indexing: it lets single queries overtake it even if it has one item itself. */
  readonly bulk?: boolean;
  /** What is longer than the model's context is then refused, where it would be cut. */
  readonly whole?: boolean | undefined;
  /** Wait for room rather than be refused: for a sender who waits meanwhile, as that of a stream does. */
  readonly waits?: boolean;
  /** Called before a failure, with the stages that the item which failed first had reached, and its time in each. */
  readonly onFailure?: (times: Partial<StageTimes>) => void;
}

export interface EmbedResult {
  /** One row of `dimensions` numbers per item, in the order asked for, duplicates kept. */
  readonly vectors: readonly Float32Array[];
  /** Places of the items that were longer than the model's context, and were cut. */
  readonly truncated: readonly number[];
  /** Tokens that towers read of all items, those of cached ones too; images have none. */
  readonly tokens: number;
  /** Where the slowest item's time went, in milliseconds. */
  readonly timings: StageTimes;
}

export function isPending(content: Content | PendingContent): content is PendingContent {
  return typeof content !== 'string' && 'load' in content;
}

export function isPrepared(content: Content | PendingContent): content is PreparedContent {
  return typeof content !== 'string' && 'shape' in content;
}

/** Items in, vectors of one space out. The rest of the program knows only this of the engine. */
export interface Embedder {
  embed(items: readonly Item[], options?: EmbedOptions): Promise<EmbedResult>;
}
