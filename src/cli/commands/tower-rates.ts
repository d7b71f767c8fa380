import { performance } from 'node:perf_hooks';
import type { Encoder, Row } from '../../core/encoder.js';
import { median } from '../../core/median.js';

/** A way to divide the cores: so many copies of a tower with so many threads each. */
export interface Layout {
  readonly encoders: number;
  readonly threads: number;
}

export interface RateRow {
  readonly layout: Layout;
  /** Items a second by batch size; the median of the rounds. */
  readonly rates: ReadonlyMap<number, number>;
}

export interface RateOptions {
  readonly batches: readonly number[];
  readonly rounds: number;
  /** Time for each batch size in each round. */
  readonly ms: number;
  readonly makeRow: () => Row;
}

/** Layouts worth trying on so many cores: one encoder on all of them, then halves, quarters and so on. */
export function listLayouts(cores: number): Layout[] {
  const layouts: Layout[] = [];
  for (let encoders = 1; encoders <= cores; encoders *= 2)
    layouts.push({ encoders, threads: Math.max(1, Math.floor(cores / encoders)) });
  return layouts;
}

/** Rates of one layout: its encoders work side by side, and the batch sizes take turns, so that a slow minute hits all. */
export async function measureRates(
  layout: Layout,
  encoders: readonly Encoder[],
  { batches, rounds, ms, makeRow }: RateOptions,
): Promise<RateRow> {
  const values = new Map(batches.map((batch) => [batch, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const batch of round % 2 === 0 ? batches : [...batches].reverse()) {
      const endMs = performance.now() + ms;
      const each = encoders.map((encoder) => rateOf(encoder, batch, makeRow, endMs));
      const rates = await Promise.all(each);
      values.get(batch)?.push(rates.reduce((sum, rate) => sum + rate, 0));
    }
  }
  return { layout, rates: new Map([...values].map(([batch, rates]) => [batch, median(rates)])) };
}

async function rateOf(encoder: Encoder, batch: number, makeRow: () => Row, endMs: number): Promise<number> {
  const startMs = performance.now();
  let items = 0;
  do {
    await encoder.encode(Array.from({ length: batch }, makeRow));
    items += batch;
  } while (performance.now() < endMs);
  return (items * 1000) / (performance.now() - startMs);
}

/** A larger batch, or another layout, must gain more than this to be chosen: it costs latency, or memory. */
const WORTH = 1.05;

/** The smallest batch size whose rate is within five per cent of the best. */
export function chooseBatch({ rates }: RateRow): number {
  const best = Math.max(...rates.values());
  return Math.min(...[...rates].filter(([, rate]) => rate * WORTH >= best).map(([batch]) => batch));
}

/** The layout with the fewest encoders whose best rate is within five per cent of the best of all. */
export function chooseLayout(rows: readonly RateRow[]): RateRow | undefined {
  const bestOf = ({ rates }: RateRow) => Math.max(...rates.values());
  const best = Math.max(...rows.map(bestOf));
  return rows
    .filter((row) => bestOf(row) * WORTH >= best)
    .sort((a, b) => a.layout.encoders - b.layout.encoders)[0];
}
