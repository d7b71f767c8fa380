import type { StageTimes } from './stage-clock.js';

export interface EmbedRequest {
  readonly texts: readonly string[];
  /** Encoded images (JPEG, PNG, …), not pixels. */
  readonly images: readonly Uint8Array[];
}

export interface EmbedOptions {
  /** Aborted when the caller has gone: items still waiting are then skipped. */
  readonly signal?: AbortSignal;
  /** Background work, such as indexing: it lets single queries overtake it even if it has one item itself. */
  readonly bulk?: boolean;
  /** Called before a failure, with the stages that the item which failed first had reached, and its time in each. */
  readonly onFailure?: (times: Partial<StageTimes>) => void;
}

/** One row of `dimensions` numbers per item, in the order asked for, duplicates kept. */
export interface EmbedResult {
  readonly textVectors: readonly Float32Array[];
  readonly imageVectors: readonly Float32Array[];
  /** Indices of the texts that were longer than the model's context. */
  readonly truncatedTexts: readonly number[];
  /** Where the slowest item's time went, in milliseconds. */
  readonly timings: StageTimes;
}

/** Texts and images in, vectors of one space out. The rest of the program knows only this of the engine. */
export interface Embedder {
  embed(request: EmbedRequest, options?: EmbedOptions): Promise<EmbedResult>;
}
