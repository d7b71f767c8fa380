/**
 * The benchmark: fresh processes that take turns, medians and raw values. See README.md beside this file.
 *
 *     npm run bench -- [--model DIR] [--precision fp32,int8] [--quick] [--only stages,files,raw,service]
 *                      [--serve-args "--encoders 2"] [--out bench/results] [--name NAME]
 */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createInputs } from './inputs.js';
import { describeMachine } from './machine.js';
import { measureInChild } from './measure/child.js';
import { startServer } from './measure/server.js';
import { makeTowerFiles } from './measure/tower-files.js';
import { ensureRandomModel } from './model/bench-model.js';
import { FULL_PLAN, QUICK_PLAN } from './plan.js';
import { drawPlots } from './report/plots.js';
import { saveReport } from './report/save.js';
import { renderTables } from './report/tables.js';
import { Results } from './results.js';
import { measureInTurns } from './rounds.js';
import type { Step } from './rounds.js';
import { listVariants, measureVariant } from './variants.js';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    precision: { type: 'string', default: 'fp32' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'stages,files,raw,service' },
    'serve-args': { type: 'string', default: '' },
    out: { type: 'string', default: 'bench/results' },
    name: { type: 'string', default: 'latest' },
  },
});

const plan = options.quick ? QUICK_PLAN : FULL_PLAN;
const machine = describeMachine();
const model = options.model ?? (await ensureRandomModel('vit-b-32'));
const inputs = await createInputs(model);
const serveArgs = options['serve-args'].split(' ').filter((arg) => arg !== '');
const wanted = options.only.split(',');
const precisions = options.precision.split(',');
const cache = path.join(tmpdir(), 'handspring-bench', 'cache');
const variants = wanted.includes('service')
  ? listVariants(model, precisions, ['--cache-dir', cache, ...serveArgs])
  : [];
const files = wanted.includes('files') ? JSON.stringify(await makeTowerFiles(model, precisions, cache)) : '';
// Raw lies beside the service, as they are compared round by round.
const steps: Step[] = [
  { name: 'stages', measure: () => measureInChild('./stages-child.js', [model, String(plan.stageSeconds)]) },
  {
    name: 'files',
    measure: () => measureInChild('./files-child.js', [model, String(plan.rawSeconds), files]),
  },
  { name: 'raw', measure: () => measureInChild('./raw-child.js', [model, String(plan.rawSeconds)]) },
  ...variants.map((variant) => ({
    name: variant.name,
    measure: () => measureVariant(variant, inputs, plan),
  })),
].filter(({ name }) => wanted.includes(name.split(' ')[0] ?? ''));

// A first start may make files that later ones find, such as the int8 weights; it is not measured.
for (const { options: variant } of variants) await (await startServer(variant)).stop();

const results = new Results();
await measureInTurns(steps, plan.rounds, results);

const settings = {
  ...plan,
  ...options,
  model: options.model ? path.basename(options.model) : 'random ViT-B/32',
};
await saveReport(options.out, options.name, {
  json: results.toJson(machine, settings),
  tables: renderTables(results, machine, settings),
  plots: drawPlots(results),
});
