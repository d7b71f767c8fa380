import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../core/own-module.js';

const SAMPLES = fileURLToPath(new URL('samples/', ROOT));

/** Searches that the samples answer well with the starter model. */
export const SAMPLE_QUERIES = [
  'a cup of coffee',
  'a cat',
  'sheep in a pasture',
  'snowy mountains',
  'boats on a river',
  'a rocket',
  'birds singing',
  'a siren',
];

/** A copy of the samples for one run, so that files which are dropped in do not end up in the program's folder. */
export async function copySamples(): Promise<{ folder: string; remove(): Promise<void> }> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'handspring-'));
  const folder = path.join(temporary, 'samples');
  await cp(SAMPLES, folder, { recursive: true });
  return { folder, remove: () => rm(temporary, { recursive: true, force: true }) };
}
