import type { Graph } from '../rewrite/graph.js';
import { withInt } from '../rewrite/node.js';
import { intTensor } from '../file/tensor.js';

/** The axis of rows (tokens, or items where each has but one) in `[…, rows, K]`. */
const ROWS = -2;

/** A value `[…, rows, K]` with an even number of rows, and the way back. */
export interface EvenRows {
  readonly value: string;
  /** Adds the cut of a result `[…, even, N]` to the rows there were. */
  cut(result: string): string;
}

/**
 * Adds what gives a value a second first row at its end where its rows are odd in number, and nothing where they are even,
 * whatever sizes it is fed. Kernels that take rows two by two then meet no last one that they would sum in another way.
 */
export function evenRows(graph: Graph, value: string): EvenRows {
  const list = (values: readonly number[]) => graph.addWeight((name) => intTensor(name, values), 'even');
  const [axis, start] = [list([ROWS]), list([0])];
  const rows = graph.addNode('Gather', [graph.addNode('Shape', [value]), axis]);
  const odd = graph.addNode('Mod', [rows, list([2])]);
  const more = graph.addNode('Slice', [value, start, odd, axis]);
  return {
    value: graph.addNode('Concat', [value, more], [withInt('axis', ROWS)]),
    cut: (result) => graph.addNode('Slice', [result, start, rows, axis]),
  };
}
