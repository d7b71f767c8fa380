import { text, wholeNumber } from '../src/cli/options/option-values.js';
import { AS_DEPLOYED } from '../test/support/as-deployed.js';
import { readMetric } from '../test/support/metric.js';
import { readProcessFacts } from '../test/support/process-facts.js';
import { startServiceProcess } from '../test/support/service-process.js';
import type { ServiceProcess } from '../test/support/service-process.js';
import { vectorize } from '../test/support/vectorize.js';
import { option, perform, positive, readCommand } from './command.js';
import { describeMachine } from './machine.js';
import { placeOf, placeOptions } from './report/place.js';
import { saveReport } from './report/save.js';
import { withoutFolders } from './report/without-folders.js';
import { judgeSoak } from './soak/judge.js';
import { createSoakLoad } from './soak/load.js';
import { drawSoak } from './soak/plot.js';
import type { SoakSample } from './soak/plot.js';
import { renderSoak } from './soak/table.js';

const PUBLISHED = 'soak';
const USUAL = { minutes: '15', model: 'starter', callers: '4' } as const;

const options = readCommand(
  'npm run soak --',
  'A mixed load for a long time: memory, descriptors, threads, event-loop delay and rate, as a table and as plots. Ends ' +
    'with 1, and says why, where one of them grows beyond bounds or a request is answered as it should not be.',
  {
    minutes: option('minutes', 'How long.', positive, USUAL.minutes),
    model: option('model', 'The model, from the catalogue or a folder.', text('a model'), USUAL.model),
    callers: option('count', 'Callers at once.', wholeNumber(1, 256), USUAL.callers),
    ...placeOptions(PUBLISHED),
  },
);
const { minutes, model, callers } = options;
const isWhole =
  minutes === Number(USUAL.minutes) && model === USUAL.model && callers === Number(USUAL.callers);
const SAMPLES = 60;

await perform(async () => {
  const machine = describeMachine();
  const load = await createSoakLoad();
  const service = await startServiceProcess(['--model', model, '--log-level', 'info'], AS_DEPLOYED);
  const counts = { answered: 0, errors: 0 };
  const startMs = performance.now();
  const endMs = startMs + minutes * 60_000;
  const call = async (_: unknown, caller: number) => {
    for (let round = 0; performance.now() < endMs; round++) {
      const { expected, ...items } = load(round, caller);
      const { status } = await vectorize(service.url, items).catch(() => ({ status: 0 }));
      if (status === expected) counts.answered++;
      else counts.errors++;
    }
  };
  const calls = Array.from({ length: callers }, call);
  const samples: SoakSample[] = [];
  while (performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(1000, (minutes * 60_000) / SAMPLES)));
    const minute = (performance.now() - startMs) / 60_000;
    samples.push({ minute, ...(await readState(service)), ...counts });
  }
  await Promise.all(calls);
  await service.stop();
  const tables = renderSoak(samples, { machine, model: withoutFolders(model), callers });
  await saveReport(placeOf(options, PUBLISHED, isWhole), { tables, plots: [['', drawSoak(samples)]] });
  const problems = judgeSoak(samples);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
});

async function readState({ child, url }: ServiceProcess) {
  const facts = await readProcessFacts(child.pid ?? NaN);
  if (!facts) throw new Error('the soak reads /proc: Linux only');
  return { ...facts, lagMs: 1000 * (await readMetric(url, 'nodejs_eventloop_lag_p99_seconds')) };
}
