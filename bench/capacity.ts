import { readFileSync, writeFileSync } from 'node:fs';
import { ROOT } from '../src/core/own-module.js';
import { planCapacity } from './capacity-model.js';
import { renderCapacity } from './capacity-page.js';
import type { CapacityInputs } from './capacity-page.js';
import { expected, option, perform, positive, readCommand, toggle } from './command.js';

const INPUTS = new URL('deploy/capacity.json', ROOT);
const PAGE = new URL('deploy/capacity.md', ROOT);

const options = readCommand(
  'node dist/bench/capacity.js',
  'Cores, replicas and cost for a target, by the figures in deploy/capacity.json.',
  {
    write: toggle('Makes deploy/capacity.md anew instead.'),
    photosPerDay: option('count', 'Photos to be imported a day.', atLeastZero, '0'),
    hours: option('hours', 'The hours of a day in which they come.', positive, '24'),
    queriesPerSecond: option('rate', 'Text queries a second.', atLeastZero, '0'),
    p95: option('ms', 'What 95 of 100 queries are to be answered within, in milliseconds.', positive, '500'),
  },
);

await perform(() => {
  const inputs = JSON.parse(readFileSync(INPUTS, 'utf8')) as CapacityInputs;
  if (options.write) {
    writeFileSync(PAGE, renderCapacity(inputs));
  } else {
    const { photosPerDay, hours: importHours, queriesPerSecond, p95: p95Ms } = options;
    const target = { name: 'the target', photosPerDay, importHours, queriesPerSecond, p95Ms };
    const plan = planCapacity(target, inputs.measured, inputs.assumed);
    process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
  }
});

function atLeastZero(given: string): number {
  const number = given === '' ? NaN : Number(given);
  return number >= 0 && number < Infinity ? number : expected('a number from 0');
}
