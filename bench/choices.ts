import path from 'node:path';
import { wholeNumber } from '../src/cli/options/option-values.js';
import { existingFolder, optionalOption, toggle } from './command.js';
import { ensureRandomModel } from './model/bench-model.js';
import type { Plan } from './plan.js';
import { FULL_PLAN, QUICK_PLAN } from './plan.js';

/** The options that say how long and how often things are measured. */
export const PLAN_OPTIONS = {
  quick: toggle('One short round, for trying things.'),
  rounds: optionalOption(
    'count',
    `How often everything is measured. Default: ${FULL_PLAN.rounds}, quick ${QUICK_PLAN.rounds}.`,
    wholeNumber(1, 100),
  ),
};

/** The plan that those options stand for. */
export function planOf({
  quick,
  rounds,
}: {
  readonly quick: boolean;
  readonly rounds: number | undefined;
}): Plan {
  const usual = quick ? QUICK_PLAN : FULL_PLAN;
  return { ...usual, rounds: rounds ?? usual.rounds };
}

/** The option of the model that is measured. */
export const MODEL_OPTION = optionalOption(
  'folder',
  'A model folder. Default: a random ViT-B/32.',
  existingFolder,
);

/** The folder that this option stands for, made if it has to be, and what a report calls it. */
export async function modelOf(given: string | undefined): Promise<{ folder: string; name: string }> {
  if (given === undefined) return { folder: await ensureRandomModel('vit-b-32'), name: 'random ViT-B/32' };
  return { folder: given, name: path.basename(path.resolve(given)) };
}
