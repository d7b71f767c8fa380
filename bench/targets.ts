import type { Results } from './results.js';
import { TEXT_LENGTHS } from './plan.js';

/** One thing the engine is to reach, and what this run found. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly found: number;
  readonly unit: string;
  readonly reached: boolean;
}

const MAIN = 'service fp32';

/** The goals for a ViT-B/32 on two cores; ratios are against the raw model in the same run. */
export function judge(results: Results): Target[] {
  const atLeast = (what: string, found: number, limit: number): Target => ({
    what,
    wanted: `≥ ${limit.toFixed(2)}`,
    found,
    unit: '',
    reached: found >= limit,
  });
  const atMost = (what: string, found: number, limit: number, unit: string): Target => ({
    what,
    wanted: `≤ ${limit} ${unit}`.trim(),
    found,
    unit,
    reached: found <= limit,
  });
  const images = results.median(`${MAIN}/image 640x480/16 callers`) / results.best(/^raw\/image\//);
  const texts = TEXT_LENGTHS.map((tokens) =>
    atLeast(
      `texts of ${tokens} tokens a second, 16 callers ÷ raw at its best batch`,
      results.median(`${MAIN}/text ${tokens}/16 callers`) / results.best(new RegExp(`^raw/text ${tokens}/`)),
      0.8,
    ),
  );
  const queries = results
    .names(new RegExp(`^${MAIN}/queries/.*/ratio$`))
    .map((name) => atMost(`p95 beside an import ÷ idle: ${name.split('/')[2]}`, results.median(name), 3, ''));
  const delays = results.names(new RegExp(`^${MAIN}/(image 640x480|text).*/event-loop delay p99$`));
  return [
    atLeast('640×480 images a second, 16 callers ÷ raw at its best batch', images, 0.85),
    ...texts,
    ...queries,
    atMost(
      'event-loop delay p99, the worst of the loads',
      Math.max(...delays.map((name) => results.median(name))),
      20,
      'ms',
    ),
    atLeast('int8 ÷ fp32 in the service, 640×480 images, 16 callers', gain(results, 'image 640x480'), 1.7),
    atLeast('int8 ÷ fp32 in the service, texts of 12 tokens, 16 callers', gain(results, 'text 12'), 1.5),
    atMost('process start to ready, both towers', results.median(`${MAIN}/ready`) / 1000, 2.5, 's'),
    atMost(
      'resident memory at rest, both towers',
      toGigabytes(results.median(`${MAIN}/memory at rest`)),
      1.1,
      'GB',
    ),
    atMost(
      'resident memory at rest, both towers, int8',
      toGigabytes(results.median('service int8/memory at rest')),
      0.45,
      'GB',
    ),
  ].filter(({ found }) => Number.isFinite(found));
}

function gain(results: Results, load: string): number {
  const rate = (service: string) => results.median(`${service}/${load}/16 callers`);
  return rate('service int8') / rate(MAIN);
}

function toGigabytes(mebibytes: number): number {
  return (mebibytes * 2 ** 20) / 1e9;
}
