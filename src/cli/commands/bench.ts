import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import type { Row } from '../../core/encoder.js';
import { ThreadedEncoder } from '../../onnx/session/threaded-encoder.js';
import type { EncoderSpec } from '../../onnx/session/encoder-spec.js';
import { availableCores } from '../../core/machine.js';
import { TOWER_KINDS } from '../../towers/registry.js';
import { encoderSpec } from '../../open/encoder-spec.js';
import { toEncoderSettings } from '../../open/engine-options.js';
import { openModel } from '../open-model.js';
import type { Layout, RateRow } from './tower-rates.js';
import { chooseBatch, chooseLayout, listLayouts, measureRates } from './tower-rates.js';

interface BenchTower {
  readonly spec: EncoderSpec;
  readonly items: string;
  readonly batches: readonly number[];
  /** The option that limits this tower's batches. */
  readonly option: string;
  readonly makeRow: () => Row;
}

const ROUNDS = 3;
const MS_PER_BATCH_SIZE = 600;

/**
 * `handspring bench`: what each tower of a model gives on this machine, by batch size, and the settings that follow. With
 * `tune` it also tries several encoders side by side.
 */
export async function bench(tune: boolean, config: Config, log: Logger): Promise<number> {
  const towers = await openTowers(config, log);
  const cores = config.threads === 'auto' ? availableCores() : config.threads;
  const layouts = tune ? listLayouts(cores) : [{ encoders: 1, threads: cores }];
  const chosen: { tower: BenchTower; row: RateRow }[] = [];
  let picked: Layout | undefined;
  for (const tower of towers) {
    const rows = await measureLayouts(tower, picked ? [picked] : layouts);
    const row = chooseLayout(rows);
    if (!row) continue;
    process.stdout.write(renderRates(tower, rows));
    picked ??= row.layout; // ENCODERS and THREADS are one for both towers: images, the costlier, decide
    chosen.push({ tower, row });
  }
  const batches = chosen.map(({ tower, row }) => `${tower.option}=${chooseBatch(row)}`);
  const layout = tune && picked ? [`ENCODERS=${picked.encoders}`, `THREADS=${picked.threads}`] : [];
  process.stdout.write(`\n${[...layout, ...batches].join(' ')}\n`);
  return 0;
}

async function openTowers(config: Config, log: Logger): Promise<BenchTower[]> {
  const model = await openModel(config, log);
  const settings = toEncoderSettings(config, model);
  const towers: BenchTower[] = [];
  for (const kind of TOWER_KINDS) {
    const file = model.towers[kind.modality];
    if (!file) continue;
    const plan = await kind.plan(model, file);
    const spec = encoderSpec(kind.modality, file, plan, settings);
    towers.push({ ...kind.trial, spec, makeRow: () => plan.sample.slice() });
  }
  return towers;
}

async function measureLayouts(tower: BenchTower, layouts: readonly Layout[]): Promise<RateRow[]> {
  const rows: RateRow[] = [];
  for (const layout of layouts) {
    const { batches, makeRow } = tower;
    const spec = { ...tower.spec, threads: layout.threads };
    const starts = Array.from({ length: layout.encoders }, () => ThreadedEncoder.start(spec));
    const encoders = (await Promise.all(starts)).map(({ encoder }) => encoder);
    rows.push(
      await measureRates(layout, encoders, { batches, rounds: ROUNDS, ms: MS_PER_BATCH_SIZE, makeRow }),
    );
    await Promise.all(encoders.map((encoder) => encoder.close()));
  }
  return rows;
}

/** The rates as a table of Markdown: a row for each layout, a column for each batch size. */
function renderRates(
  { items, batches }: Pick<BenchTower, 'items' | 'batches'>,
  rows: readonly RateRow[],
): string {
  const lines = rows.map(({ layout: { encoders, threads }, rates }) => {
    const cells = batches.map((batch) => (rates.get(batch) ?? NaN).toFixed(1));
    return `| ${encoders} × ${threads} | ${cells.join(' | ')} |`;
  });
  return [
    `\n${items} a second by batch size`,
    '',
    `| encoders × threads | ${batches.join(' | ')} |`,
    `|---|${batches.map(() => '--:|').join('')}`,
    ...lines,
    '',
  ].join('\n');
}
