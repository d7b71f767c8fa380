/** Time spent in each stage, in milliseconds. */
export interface StageTimes {
  readonly prepareMs: number;
  readonly queueMs: number;
  readonly encodeMs: number;
}

/** Of an item that took no time, such as one from a cache. */
export const NO_TIMES: StageTimes = { prepareMs: 0, queueMs: 0, encodeMs: 0 };

/** Where one item is, and how long it has been in each stage: what is known of it should it fail. */
export class StageClock {
  readonly #past: { -readonly [K in keyof StageTimes]?: number } = {};
  #stage: keyof StageTimes | undefined;
  #since = 0;

  /** Ends the stage it is in, unless it is this one. */
  enter(stage: keyof StageTimes): void {
    if (stage === this.#stage) return;
    Object.assign(this.#past, this.times());
    this.#stage = stage;
    this.#since = performance.now();
  }

  /** The stages entered so far, the last one up to now. */
  times(): Partial<StageTimes> {
    if (this.#stage === undefined) return {};
    return { ...this.#past, [this.#stage]: performance.now() - this.#since };
  }
}
