import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ownModule, RUN_FLAGS } from '../../src/core/own-module.js';
import { readMetric } from '../support/metric.js';
import { readPixelFile } from '../support/model-fixture.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';

/** Longest wait for what must come in the end. */
const LONGEST_MS = 60_000;

export async function makeTemporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-faults-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** NODE_OPTIONS that load a file of this folder into every thread first. */
export function preload(name: string): { NODE_OPTIONS: string } {
  const module = ownModule(new URL(`./${name}.js`, import.meta.url));
  return { NODE_OPTIONS: [...RUN_FLAGS, '--import', module.href].join(' ') };
}

/** The status of one image and one text together. */
export async function statusOf({ url }: Pick<ServiceProcess, 'url'>): Promise<number> {
  const { status } = await vectorize(url, { texts: ['a cat'], images: [readPixelFile('jpeg-420.jpg')] });
  return status;
}

/** Asks again until it holds. @throws Error with what was seen last. */
export async function until(
  what: string | (() => string),
  holds: () => Promise<boolean> | boolean,
  longestMs = LONGEST_MS,
): Promise<void> {
  const end = performance.now() + longestMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`still not so: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a service holds of its memory, and the garbage of a moment: see `preload-collect`, with which it has to be started. */
export async function heldBytes({ url }: Pick<ServiceProcess, 'url'>): Promise<number> {
  const parts = ['nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'];
  const [heap = NaN, external = NaN] = await Promise.all(parts.map((name) => readMetric(url, name)));
  return heap + external;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
