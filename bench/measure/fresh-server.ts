import type { Plan } from '../plan.js';
import type { Sample } from './child.js';
import type { Server } from './server.js';
import { measureLoads } from './service.js';
import type { Load } from './service.js';

/** What a fresh server is put through. */
export interface Trial {
  readonly name: string;
  readonly start: () => Promise<Server>;
  readonly loads: readonly Load[];
  /** What is measured after the loads, given what they found. */
  readonly further?: (server: Server, loads: readonly Sample[]) => Promise<Sample[]>;
}

/** A fresh process from start to stop: when it was ready, its loads, its memory before, under and after them. */
export async function measureFreshServer(
  { name, start, loads, further }: Trial,
  plan: Plan,
): Promise<Sample[]> {
  const server = await start();
  try {
    const atRest = await server.memory();
    const closed = await measureLoads(name, server, loads, plan);
    const rest = (await further?.(server, closed)) ?? [];
    const { peakMiB } = await server.memory();
    return [
      { name: `${name}/ready`, unit: 'ms', value: server.readyMs },
      { name: `${name}/memory at rest`, unit: 'MiB', value: atRest.residentMiB },
      { name: `${name}/memory under load`, unit: 'MiB', value: mostMemory(closed) },
      { name: `${name}/memory at its peak`, unit: 'MiB', value: peakMiB },
      ...closed,
      ...rest,
    ];
  } finally {
    await server.stop();
  }
}

/** The most of what was read in the middle of each load. */
function mostMemory(closed: readonly Sample[]): number {
  return Math.max(...closed.filter(({ name }) => name.endsWith('/memory')).map(({ value }) => value));
}
