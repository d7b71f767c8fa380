import { compareVectors } from '../compare/agreement.js';
import { askVectors } from '../compare/answer.js';
import type { Body } from '../load/bodies.js';
import type { Sample } from '../measure/child.js';
import { reasonOf } from './contestants.js';
import type { Contestant, Field, LeftOut } from './contestants.js';

/** Requests of one item each, by the kind of their items. */
export type Probes = Readonly<Record<string, readonly Body[]>>;

/**
 * How well the vectors of each contestant agree with the reference's, kind by kind. Each is started once for it, which
 * also makes what later starts find: weights in int8, compiled modules, files in memory. One that cannot be started, or
 * does not keep to the contract, is left out of the field.
 */
export async function compareWithReference(
  reference: Contestant,
  { contestants, leftOut }: Field,
  probes: Probes,
): Promise<{ readonly field: Field; readonly samples: readonly Sample[] }> {
  const expected = await probe(reference, probes);
  const able: Contestant[] = [];
  const unable: LeftOut[] = [];
  const samples: Sample[] = [];
  for (const contestant of contestants) {
    try {
      samples.push(...(await compare(contestant, reference, expected, probes)));
      able.push(contestant);
    } catch (error) {
      unable.push({ name: contestant.name, reason: reasonOf(error) });
    }
  }
  return { field: { contestants: able, leftOut: [...leftOut, ...unable] }, samples };
}

async function compare(
  contestant: Contestant,
  reference: Contestant,
  expected: Vectors,
  probes: Probes,
): Promise<Sample[]> {
  if (contestant.name === reference.name) return [];
  const vectors = await probe(contestant, probes);
  return Object.entries(expected).flatMap(([kind, ours]) =>
    compareVectors(`${contestant.name}/agreement/${kind}`, ours, vectors[kind] ?? []),
  );
}

/** Vectors by the kind of their items, in the order of the probes. */
type Vectors = Readonly<Record<string, number[][]>>;

/** A contestant's vectors, from a process that is stopped again. */
async function probe(contestant: Contestant, probes: Probes): Promise<Vectors> {
  const server = await contestant.start();
  try {
    const vectors: Record<string, number[][]> = {};
    for (const [kind, bodies] of Object.entries(probes)) {
      vectors[kind] = await askVectors(server.client, kind, bodies);
    }
    return vectors;
  } finally {
    await server.stop();
  }
}
