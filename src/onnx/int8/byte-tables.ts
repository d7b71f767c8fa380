import { DataType } from '../file/decoded-model.js';
import { floatTensor, signedByteTensor } from '../file/tensor.js';
import type { Graph } from '../rewrite/graph.js';
import { intAttribute, isOp, withInt } from '../rewrite/node.js';
import { storedMatrix } from './stored-matrix.js';

/** Both signs reach as far, so that nothing is cut at one end. */
const LARGEST = 127;

/**
 * Turns each table of vectors that is looked up by number, as tokens are, from float32 into bytes with a scale for each
 * row, and answers how many. Only the rows that are looked up become float32 again, so the table stays a quarter of its
 * size in memory, too; a token's vector depends on nothing but the token. A table that anything else reads, of fewer
 * values than `minWeights`, or looked up along another axis, is left alone.
 */
export function quantizeTables(graph: Graph, minWeights: number): number {
  const tables = new Set(
    graph.nodes.filter((node) => isOp(node, 'Gather')).map(({ input }) => input[0] ?? ''),
  );
  let count = 0;
  for (const table of tables) {
    const lookups = graph.uses(table).map(({ node }) => node);
    if (!lookups.every((node) => isOp(node, 'Gather') && node.input[0] === table && isByRow(node))) continue;
    const stored = storedMatrix(graph, table);
    if (stored === undefined || stored.values.length < minWeights) continue;
    const { bytes, steps } = quantizeTableRows(stored.values, stored.dims[1]);
    const rows = graph.addWeight((name) => signedByteTensor(name, stored.dims, bytes), 'table_int8');
    const scales = graph.addWeight((name) => floatTensor(name, [steps.length, 1], steps), 'table_scales');
    for (const { input, output } of lookups) {
      const ids = input[1] ?? '';
      const found = graph.addNode(
        'Cast',
        [graph.addNode('Gather', [rows, ids])],
        [withInt('to', DataType.float)],
      );
      graph.replace(output[0] ?? '', graph.addNode('Mul', [found, graph.addNode('Gather', [scales, ids])]));
    }
    count++;
  }
  if (count > 0) graph.tidy();
  return count;
}

const isByRow = (node: Parameters<typeof intAttribute>[0]) => intAttribute(node, 'axis', 0) === 0;

/** The rows `[V, D]` as bytes, and what one step of each row's bytes is worth `[V]`: nothing in a row of zeros. */
export function quantizeTableRows(
  values: Float32Array,
  width: number,
): { bytes: Int8Array; steps: Float32Array } {
  const bytes = new Int8Array(values.length);
  const steps = new Float32Array(values.length / width);
  for (let row = 0; row < steps.length; row++) {
    const start = row * width;
    let largest = 0;
    for (let at = start; at < start + width; at++) largest = Math.max(largest, Math.abs(values[at] ?? 0));
    const step = Math.fround(largest / LARGEST);
    if (step === 0) continue;
    steps[row] = step;
    for (let at = start; at < start + width; at++) {
      bytes[at] = Math.max(-LARGEST, Math.min(LARGEST, Math.round((values[at] ?? 0) / step)));
    }
  }
  return { bytes, steps };
}
