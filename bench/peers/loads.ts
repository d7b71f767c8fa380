import type { Inputs } from '../inputs.js';
import { queryCases } from '../measure/queries-beside-import.js';
import type { QueryCase } from '../measure/queries-beside-import.js';
import { allLoads } from '../measure/service.js';
import type { Load } from '../measure/service.js';
import type { Probes } from './agreement.js';

/** Kinds of items that peers are compared by, with the word for them in tables. */
export const KINDS = { 'image 640x480': 'images', 'text 12': 'texts' } as const;

export const CALLERS = [1, 4, 16] as const;

/** The query whose latency peers are compared by, and what it is asked beside. */
export const QUERY = 'text query, import of single images';

const PROBES_OF_A_KIND = 8;

export function peerLoads(inputs: Inputs): Load[] {
  const names = Object.keys(KINDS).flatMap((kind) => CALLERS.map((callers) => `${kind}/${callers} callers`));
  return allLoads(inputs).filter(({ name }) => names.includes(name));
}

export function peerQueries(inputs: Inputs): QueryCase[] {
  return queryCases(inputs).filter(({ name }) => name === QUERY);
}

/** Items whose vectors are compared. */
export function peerProbes(inputs: Inputs): Probes {
  const some = <T>(make: () => T) => Array.from({ length: PROBES_OF_A_KIND }, make);
  return { 'image 640x480': some(inputs.images('640x480')), 'text 12': some(inputs.texts(12)) };
}
