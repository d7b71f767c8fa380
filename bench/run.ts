import { tmpdir } from 'node:os';
import path from 'node:path';
import { MODEL_OPTION, PLAN_OPTIONS, modelOf, planOf } from './choices.js';
import { option, perform, readCommand, someOf } from './command.js';
import { createInputs } from './inputs.js';
import { describeMachine } from './machine.js';
import { measureInChild } from './measure/child.js';
import { startServer } from './measure/server.js';
import { makeTowerFiles } from './measure/tower-files.js';
import type { Plan } from './plan.js';
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
    model: MODEL_OPTION,
    precision: option(
      'list',
      `Precisions of the service, of ${PRECISIONS.join(', ')}.`,
      someOf(PRECISIONS),
      PUBLISHED_PRECISIONS,
    ),
    ...PLAN_OPTIONS,
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
  const plan = planOf(options);
  const machine = describeMachine();
  const { folder, name } = await modelOf(options.model);
  const results = new Results();
  await measureInTurns(await listSteps(folder, plan), plan.rounds, results);
  const { precision, quick, only, serveArgs } = options;
  const settings = { ...plan, model: name, precision, quick, only, serveArgs };
  await saveReport(placeOf(options, PUBLISHED, isWhole), {
    json: results.toJson(machine, settings),
    tables: renderTables(results, machine, settings),
    plots: drawPlots(results),
  });
  if (results.failures.size > 0) process.exitCode = 1;
});

/** What is measured in each round. Raw lies beside the service, as they are compared round by round. */
async function listSteps(model: string, plan: Plan): Promise<Step[]> {
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
