/**
 * Cores, replicas and cost for a target, by the figures in `deploy/capacity.json`:
 *
 *     node dist/bench/capacity.js --photos-per-day 200000 [--hours 24] [--queries-per-second 20] [--p95 200]
 *     node dist/bench/capacity.js --write      makes deploy/capacity.md anew
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ROOT } from '../src/version.js';
import { planCapacity } from './capacity-model.js';
import { renderCapacity } from './capacity-page.js';
import type { CapacityInputs } from './capacity-page.js';

const INPUTS = new URL('deploy/capacity.json', ROOT);
const PAGE = new URL('deploy/capacity.md', ROOT);

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    'photos-per-day': { type: 'string', default: '0' },
    hours: { type: 'string', default: '24' },
    'queries-per-second': { type: 'string', default: '0' },
    p95: { type: 'string', default: '500' },
  },
});

const inputs = JSON.parse(readFileSync(INPUTS, 'utf8')) as CapacityInputs;
if (values.write) {
  writeFileSync(PAGE, renderCapacity(inputs));
} else {
  const target = {
    name: 'the target',
    photosPerDay: toNumber('photos-per-day'),
    importHours: toNumber('hours'),
    queriesPerSecond: toNumber('queries-per-second'),
    p95Ms: toNumber('p95'),
  };
  process.stdout.write(`${JSON.stringify(planCapacity(target, inputs.measured, inputs.assumed), null, 2)}\n`);
}

function toNumber(name: Exclude<keyof typeof values, 'write'>): number {
  const number = Number(values[name]);
  if (!(number >= 0)) throw new Error(`--${name}: expected a number, received ${values[name]}`);
  return number;
}
