import type { Results } from './results.js';
import { CONCURRENCIES, TEXT_LENGTHS } from './plan.js';
import { spreadOf } from './statistics.js';
import type { Spread } from './statistics.js';

/** One thing the engine is to reach, and what this run found. */
export interface Target {
  readonly what: string;
  /** Empty for a figure that is only shown beside the one that counts. */
  readonly wanted: string;
  /** Of the rounds, each by itself: ratios are taken within a round. */
  readonly found: Spread;
  readonly unit: string;
  /** By the median. */
  readonly reached: boolean | undefined;
}

/** What of the service the targets are about: its precisions on all cores. */
const PRECISIONS = ['fp32', 'int8'] as const;
type Precision = (typeof PRECISIONS)[number];

/** What a rate of the service is to be of the raw model's, and a query's p95 beside an import at most of that when idle. */
export const GOALS = { images: 0.85, texts: 0.8, queries: 3 } as const;

/** Of resident memory, in gigabytes. */
const MEMORY_LIMITS: Readonly<Record<Precision, number>> = { fp32: 1.1, int8: 0.45 };

/** Loads that do not have the largest photos, and those that do; queries beside imports are neither. */
const USUAL = '(image 640x480|text \\d+)/\\d+ callers';
const LARGE = 'image 12mp/\\d+ callers';
const CALLERS = `${CONCURRENCIES[0]} to ${CONCURRENCIES.at(-1)} callers`;

/** The goals for a ViT-B/32 on two cores, those left out for which nothing was measured. */
export function judge(results: Results): Target[] {
  return [
    ...besideRaw(results),
    ...filesSideBySide(results),
    ...inService(results),
    ...PRECISIONS.flatMap((precision) => queries(results, precision)),
    ...PRECISIONS.flatMap((precision) => loopDelays(results, precision)),
    atMost(
      'fp32: process start to ready, both towers',
      seconds(results.values('service fp32/ready')),
      2.5,
      's',
    ),
    ...PRECISIONS.flatMap((precision) => memory(results, precision)),
  ].filter(({ found }) => Number.isFinite(found.median));
}

/** The service against ONNX Runtime with nothing around it. */
function besideRaw(results: Results): Target[] {
  const of = (load: string, raw: string) => results.ratios(`service fp32/${load}/16 callers`, raw);
  const images = of('image 640x480', results.bestName(/^raw\/image\//));
  return [
    atLeast('fp32: 640×480 images a second, 16 callers ÷ raw at its best batch', images, GOALS.images),
    ...TEXT_LENGTHS.flatMap((tokens) => {
      const best = of(`text ${tokens}`, results.bestName(new RegExp(`^raw/text ${tokens}/`)));
      const texts = `fp32: texts of ${tokens} tokens a second, 16 callers`;
      return [
        atLeast(`${texts} ÷ raw at its best batch`, best, GOALS.texts),
        shown(`${texts} ÷ raw at batch 16`, of(`text ${tokens}`, `raw/text ${tokens}/batch 16`)),
      ];
    }),
  ];
}

/** What the optimiser and int8 gain in the model alone: raw sessions that take turns. */
function filesSideBySide(results: Results): Target[] {
  const gain = (file: string, figure: string) =>
    results.ratios(`files/${file}/${figure}`, `files/fp32/${figure}`);
  const optimised = (['image/batch 1', 'image/batch 8', 'text 12/batch 1', 'text 12/batch 16'] as const).map(
    (figure) =>
      atLeast(
        `optimised ÷ fp32, the model alone, ${figure.replace('/', ', ')}`,
        gain('optimised', figure),
        1.07,
      ),
  );
  return [
    ...optimised,
    atLeast('int8 ÷ fp32, the model alone, image, batch 8', gain('int8', 'image/batch 8'), 1.7),
    atLeast('int8 ÷ fp32, the model alone, text 12, batch 16', gain('int8', 'text 12/batch 16'), 1.5),
  ];
}

function inService(results: Results): Target[] {
  const gain = (load: string) =>
    results.ratios(`service int8/${load}/16 callers`, `service fp32/${load}/16 callers`);
  return [
    atLeast('int8 ÷ fp32, the service, 640×480 images, 16 callers', gain('image 640x480'), 1.7),
    atLeast('int8 ÷ fp32, the service, texts of 12 tokens, 16 callers', gain('text 12'), 1.5),
  ];
}

function queries(results: Results, precision: Precision): Target[] {
  const names = results.names(new RegExp(`^service ${precision}/queries/.*/ratio$`));
  return names.map((name) =>
    atMost(
      `${precision}: p95 beside an import ÷ idle: ${name.split('/')[2]}`,
      results.values(name),
      GOALS.queries,
      '',
    ),
  );
}

/** In each round the worst of the loads that the label names. */
function loopDelays(results: Results, precision: Precision): Target[] {
  const worst = (loads: string) =>
    results.highest(new RegExp(`^service ${precision}/${loads}/event-loop delay p99$`));
  const what = `${precision}: event-loop delay p99, the worst of`;
  const lengths = TEXT_LENGTHS.join(', ');
  return [
    atMost(`${what} 640×480 photos and texts of ${lengths} tokens, ${CALLERS} each`, worst(USUAL), 20, 'ms'),
    atMost(`${what} 12-megapixel photos, ${CALLERS}`, worst(LARGE), 20, 'ms'),
    atMost(`${what} queries beside imports`, worst('queries/[^/]+'), 20, 'ms'),
  ];
}

/** At rest is what the goal was set for; what it is under load, and at its peak, is another matter and stands beside. */
function memory(results: Results, precision: Precision): Target[] {
  const limit = MEMORY_LIMITS[precision];
  const what = `${precision}: resident memory, both towers,`;
  const underLoad = (loads: string) =>
    gigabytes(results.highest(new RegExp(`^service ${precision}/${loads}/memory$`)));
  return [
    atMost(`${what} at rest`, gigabytes(results.values(`service ${precision}/memory at rest`)), limit, 'GB'),
    atMost(`${what} under load, the most of 640×480 photos and texts`, underLoad(USUAL), limit, 'GB'),
    atMost(`${what} under load of 12-megapixel photos`, underLoad(LARGE), limit, 'GB'),
    shown(`${what} at its peak`, gigabytes(results.values(`service ${precision}/memory at its peak`)), 'GB'),
  ];
}

function atLeast(what: string, values: readonly number[], limit: number): Target {
  const found = spreadOf(values);
  return { what, wanted: `≥ ${limit.toFixed(2)}`, found, unit: '', reached: found.median >= limit };
}

function atMost(what: string, values: readonly number[], limit: number, unit: string): Target {
  const found = spreadOf(values);
  return { what, wanted: `≤ ${limit} ${unit}`.trim(), found, unit, reached: found.median <= limit };
}

function shown(what: string, values: readonly number[], unit = ''): Target {
  return { what, wanted: '', found: spreadOf(values), unit, reached: undefined };
}

function seconds(milliseconds: readonly number[]): number[] {
  return milliseconds.map((ms) => ms / 1000);
}

function gigabytes(mebibytes: readonly number[]): number[] {
  return mebibytes.map((value) => (value * 2 ** 20) / 1e9);
}
