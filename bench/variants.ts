import { spawnSync } from 'node:child_process';
import { availableCores } from '../src/core/machine.js';
import type { Inputs } from './inputs.js';
import type { Sample } from './measure/child.js';
import { measureFreshServer } from './measure/fresh-server.js';
import { measureQueriesBesideImport, queryCases } from './measure/queries-beside-import.js';
import type { Server, ServerOptions } from './measure/server.js';
import { startServer } from './measure/server.js';
import { allLoads, mainLoads, measureOpenLoops } from './measure/service.js';
import type { Plan } from './plan.js';

/** One way to run the service, and how much of it is measured: `all`, all but open loops, or what cores are compared by. */
export interface Variant {
  readonly name: string;
  readonly extent: 'all' | 'closed' | 'main';
  readonly options: ServerOptions;
}

/** The first precision on all cores; each other precision; the first on fewer cores, in doublings. */
export function listVariants(
  model: string,
  precisions: readonly string[],
  args: readonly string[] = [],
): Variant[] {
  const [first = 'fp32'] = precisions;
  const all = availableCores();
  const canPin = spawnSync('taskset', ['-V']).status === 0;
  const fewer = [1, 2, 4, 8, 16, 32, 64].filter((cores) => canPin && cores < all);
  return [
    ...precisions.map((precision, at): Variant => ({
      name: `service ${precision}`,
      extent: at === 0 ? 'all' : 'closed',
      options: { model, precision, args },
    })),
    ...fewer.map((cores): Variant => ({
      name: `service ${first} on ${cores} of ${all} cores`,
      extent: 'main',
      options: { model, precision: first, cores, args },
    })),
  ];
}

/** A fresh process of the variant: its start, its loads, its memory before, under and after them. */
export async function measureVariant(variant: Variant, inputs: Inputs, plan: Plan): Promise<Sample[]> {
  const { name, extent, options } = variant;
  const start = () => startServer(options);
  if (extent === 'main') return measureFreshServer({ name, start, loads: mainLoads(inputs) }, plan);
  const further = async (server: Server, closed: readonly Sample[]) => [
    ...(extent === 'all' ? await measureOpenLoops(name, server, inputs, closed, plan) : []),
    ...(await measureQueriesBesideImport(name, server, queryCases(inputs), plan)),
  ];
  return measureFreshServer({ name, start, loads: allLoads(inputs), further }, plan);
}
