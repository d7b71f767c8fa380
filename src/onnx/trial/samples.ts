import type { Row } from '../../core/encoder.js';

/** Rows of everyday items, as requests would become, that a model is tried on. */
export interface Samples {
  readonly rows: readonly Row[];
  /** Only every other batch of them, from the first or from the second on: what is learned from is not what judges. */
  readonly half?: 'first' | 'second';
}

/** Rows of one batch: enough to show that neighbours do not matter, few enough for any memory. */
const BATCH = 4;

/** The samples in batches; the last one may be smaller. */
export function batchesOf({ rows, half }: Samples, size = BATCH): Row[][] {
  const batches: Row[][] = [];
  for (let at = 0; at < rows.length; at += size) batches.push(rows.slice(at, at + size));
  if (half === undefined) return batches;
  const start = half === 'first' ? 0 : 1;
  return batches.filter((_, index) => index % 2 === start);
}
