/** Lengths of texts in tokens, those at the start and end included: a word or two, a caption, CLIP's whole context. */
export const TEXT_LENGTHS = [4, 12, 77] as const;

/** Callers at once. */
export const CONCURRENCIES = [1, 4, 16, 32] as const;

/** How long and how often things are measured. */
export interface Plan {
  readonly rounds: number;
  /** One load. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** The queries of one caller, idle or beside an import. */
  readonly querySeconds: number;
  /** One case of the raw model, or one stage. */
  readonly rawSeconds: number;
  readonly stageSeconds: number;
}

export const FULL_PLAN: Plan = {
  rounds: 3,
  seconds: 2.5,
  warmUpSeconds: 0.7,
  querySeconds: 6,
  rawSeconds: 0.8,
  stageSeconds: 0.3,
};

/** For trying the benchmark itself, or a change with a large effect. */
export const QUICK_PLAN: Plan = {
  rounds: 1,
  seconds: 1.5,
  warmUpSeconds: 0.5,
  querySeconds: 3,
  rawSeconds: 0.4,
  stageSeconds: 0.2,
};
