import { tmpdir } from 'node:os';
import path from 'node:path';
import { wholeNumber } from '../src/option-values.js';
import { existingFolder, option, optionalOption, perform, readCommand, someOf, toggle } from './command.js';
import { createInputs } from './inputs.js';
import { describeMachine } from './machine.js';
import { measureInChild } from './measure/child.js';
import { startServer } from './measure/server.js';
import { makeTowerFiles } from './measure/tower-files.js';
import { ensureRandomModel } from './model/bench-model.js';
import { FULL_PLAN, QUICK_PLAN } from './plan.js';
import { placeOf, placeOptions } from './report/place.js';
import { drawPlots } from './report/plots.js';
import { saveReport } from './report/save.js';
import { renderTables } from './report/tables.js';
import { Results } from './results.js';
import { measureInTurns } from './rounds.js';
import type { Step } from './rounds.js';
import { listVariants, measureVariant } from './variants.js';

const PARTS = ['stages', 'files', 'raw', 'service'] as const;
const PRECISIONS = ['fp32', 'int8', 'fp16'] as const;
const PUBLISHED = 'latest';
const PUBLISHED_PRECISIONS = 'fp32,int8';

const options = readCommand(
  'npm run bench --',
  'The benchmark: fresh processes that take turns, medians and raw values. See bench/README.md.',
  {
    model: optionalOption('folder', 'A model folder. Default: a random ViT-B/32.', existingFolder),
    precision: option(
      'list',
      `Precisions of the service, of ${PRECISIONS.join(', ')}.`,
      someOf(PRECISIONS),
      PUBLISHED_PRECISIONS,
    ),
    quick: toggle('One short round, for trying things.'),
    rounds: optionalOption(
      'count',
      `How often everything is measured. Default: ${FULL_PLAN.rounds}, quick ${QUICK_PLAN.rounds}.`,
      wholeNumber(1, 100),
    ),
    only: option('list', 'What is measured.', someOf(PARTS), PARTS.join()),
    serveArgs: option(
      'arguments',
      'Further arguments of handspring serve, as in "--encoders 2".',
      (given) => given.split(' ').filter((arg) => arg !== ''),
      '',
    ),
    ...placeOptions(PUBLISHED),
  },
);

/** Whether this is the run whose results are published. */
const isWhole =
  !options.quick &&
  options.model === undefined &&
  options.rounds === undefined &&
  options.only.length === PARTS.length &&
  options.precision.join() === PUBLISHED_PRECISIONS &&
  options.serveArgs.length === 0;

await perform(async () => {
  const usual = options.quick ? QUICK_PLAN : FULL_PLAN;
  const plan = { ...usual, rounds: options.rounds ?? usual.rounds };
  const machine = describeMachine();
  const model = options.model ?? (await ensureRandomModel('vit-b-32'));
  const results = new Results();
  await measureInTurns(await listSteps(model, plan), plan.rounds, results);
  const { precision, quick, only, serveArgs } = options;
  const name = options.model ? path.basename(path.resolve(options.model)) : 'random ViT-B/32';
  const settings = { ...plan, model: name, precision, quick, only, serveArgs };
  await saveReport(placeOf(options, PUBLISHED, isWhole), {
    json: results.toJson(machine, settings),
    tables: renderTables(results, machine, settings),
    plots: drawPlots(results),
  });
  if (results.failures.size > 0) process.exitCode = 1;
});

/** What is measured in each round. Raw lies beside the service, as they are compared round by round. */
async function listSteps(model: string, plan: typeof FULL_PLAN): Promise<Step[]> {
  const { only, precision, serveArgs } = options;
  const cache = path.join(tmpdir(), 'handspring-bench', 'cache');
  const args = ['--cache-dir', cache, ...serveArgs];
  const inputs = await createInputs(model);
  const files = only.includes('files') ? JSON.stringify(await makeTowerFiles(model, precision, cache)) : '';
  const variants = only.includes('service') ? listVariants(model, precision, args) : [];
  // A first start may make files that later ones find, such as the int8 weights; it is not measured.
  for (const { options: variant } of variants) await (await startServer(variant)).stop();
  const child = (name: 'stages' | 'files' | 'raw', ...rest: string[]): Step => ({
    name,
    measure: () => measureInChild(`./${name}-child.js`, [model, ...rest]),
  });
  const alone = [
    child('stages', String(plan.stageSeconds)),
    // The goal is a gain of some per cent: it takes longer to see.
    child('files', String(3 * plan.rawSeconds), files),
    child('raw', String(plan.rawSeconds)),
  ].filter(({ name }) => only.some((part) => part === name));
  const service = variants.map((variant) => ({
    name: variant.name,
    measure: () => measureVariant(variant, inputs, plan),
  }));
  return [...alone, ...service];
}
