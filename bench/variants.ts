import { spawnSync } from 'node:child_process';
import { availableCores } from '../src/machine.js';
import type { Inputs } from './inputs.js';
import type { Sample } from './measure/child.js';
import { measureQueriesBesideImport } from './measure/queries-beside-import.js';
import type { Server, ServerOptions } from './measure/server.js';
import { startServer } from './measure/server.js';
import { allLoads, mainLoads, measureLoads, measureOpenLoops } from './measure/service.js';
import type { Plan } from './plan.js';

/** One way to run the service. The main one is put through everything, the others through what they are compared by. */
export interface Variant {
  readonly name: string;
  readonly isMain: boolean;
  readonly options: ServerOptions;
}

/** The first precision on all cores; each other precision; the first on fewer cores, in doublings. */
export function listVariants(
  model: string,
  precisions: readonly string[],
  args: readonly string[] = [],
): Variant[] {
  const [first = 'fp32', ...others] = precisions;
  const all = availableCores();
  const canPin = spawnSync('taskset', ['-V']).status === 0;
  const fewer = [1, 2, 4, 8, 16, 32, 64].filter((cores) => canPin && cores < all);
  return [
    { name: `service ${first}`, isMain: true, options: { model, precision: first, args } },
    ...others.map((precision) => ({
      name: `service ${precision}`,
      isMain: false,
      options: { model, precision, args },
    })),
    ...fewer.map((cores) => ({
      name: `service ${first} on ${cores} of ${all} cores`,
      isMain: false,
      options: { model, precision: first, cores, args },
    })),
  ];
}

/** A fresh process of the variant: its start, its loads, its memory before, under and after them. */
export async function measureVariant(variant: Variant, inputs: Inputs, plan: Plan): Promise<Sample[]> {
  const server = await startServer(variant.options);
  try {
    const atRest = await server.memory();
    const loads = variant.isMain ? allLoads(inputs) : mainLoads(inputs);
    const closed = await measureLoads(variant.name, server, loads, plan);
    const atLoad = await server.memory();
    const further = variant.isMain ? await measureMain(variant.name, server, inputs, closed, plan) : [];
    const { peakMiB } = await server.memory();
    return [
      { name: `${variant.name}/ready`, unit: 'ms', value: server.readyMs },
      { name: `${variant.name}/memory at rest`, unit: 'MiB', value: atRest.residentMiB },
      { name: `${variant.name}/memory under load`, unit: 'MiB', value: atLoad.residentMiB },
      { name: `${variant.name}/memory at its peak`, unit: 'MiB', value: peakMiB },
      ...closed,
      ...further,
    ];
  } finally {
    await server.stop();
  }
}

async function measureMain(
  name: string,
  server: Server,
  inputs: Inputs,
  closed: readonly Sample[],
  plan: Plan,
): Promise<Sample[]> {
  const openLoops = await measureOpenLoops(name, server, inputs, closed, plan);
  return [...openLoops, ...(await measureQueriesBesideImport(name, server, inputs, plan))];
}
