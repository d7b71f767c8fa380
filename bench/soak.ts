import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { ROOT } from '../src/version.js';
import { readProcessFacts } from '../test/support/process-facts.js';
import { startServiceProcess } from '../test/support/service-process.js';
import { vectorize } from '../test/support/vectorize.js';
import { judgeSoak } from './soak-judge.js';
import { drawSoak } from './soak-plot.js';
import type { SoakSample } from './soak-plot.js';
import { renderSoakTable } from './soak-table.js';

/**
 * A mixed load for a long time: memory, descriptors, threads, the delay of the service's event loop and its rate, as a
 * table and as plots in bench/results. Ends with 1, and says why, where one of them grows beyond `SOAK_BOUNDS`, or a
 * request is answered as it should not be. `npm run soak -- --minutes 15 --model starter --callers 4`.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    model: { type: 'string', default: 'starter' },
    callers: { type: 'string', default: '4' },
  },
});
const minutes = Number(values.minutes);
const SAMPLES = 60;
const everyMs = Math.max(1000, (minutes * 60_000) / SAMPLES);

const service = await startServiceProcess(['--model', values.model, '--log-level', 'info']);
const image = await sharp({ create: { width: 800, height: 600, channels: 3, background: 'teal' } })
  .jpeg()
  .toBuffer();
const counts = { answered: 0, errors: 0 };
const started = performance.now();
const end = started + minutes * 60_000;

async function call(): Promise<void> {
  for (let round = 0; performance.now() < end; round++) {
    const texts = Array.from({ length: round % 5 }, (_, at) => `a photo of ${round} things, ${at}`);
    const images = round % 7 === 0 ? [Buffer.from('no image')] : Array<Buffer>(1 + (round % 3)).fill(image);
    const { status } = await vectorize(service.url, { texts, images }).catch(() => ({ status: 0 }));
    const expected = round % 7 === 0 ? 422 : 200;
    if (status === expected) counts.answered++;
    else counts.errors++;
  }
}

async function sample(): Promise<SoakSample> {
  const facts = await readProcessFacts(service.child.pid ?? NaN);
  if (!facts) throw new Error('the soak reads /proc: Linux only');
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const lag = Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]);
  return { minute: (performance.now() - started) / 60_000, ...facts, lagMs: lag * 1000, ...counts };
}

const callers = Array.from({ length: Number(values.callers) }, call);
const samples: SoakSample[] = [];
while (performance.now() < end) {
  await new Promise((resolve) => setTimeout(resolve, everyMs));
  samples.push(await sample());
}
await Promise.all(callers);
await service.stop();
const [table, problems] = [renderSoakTable(samples), judgeSoak(samples)];
const folder = fileURLToPath(new URL('bench/results/', ROOT));
await mkdir(folder, { recursive: true });
await writeFile(`${folder}soak.svg`, drawSoak(samples));
await writeFile(`${folder}soak.md`, table);
console.log(table);
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
