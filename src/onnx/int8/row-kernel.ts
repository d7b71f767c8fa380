import { InferenceSession } from '../session/onnxruntime.js';
import { Graph } from '../rewrite/graph.js';
import { encodeModel } from '../file/decoded-model.js';
import { byteTensor, floatTensor, signedByteTensor } from '../file/tensor.js';

/** Wider and longer than any kernel's step, with a rest. */
const [ROWS, DEPTH, COLUMNS] = [3, 259, 67] as const;
const [LARGEST_UNSIGNED, LARGEST_SIGNED] = [255, 127] as const;

/**
 * Whether this processor multiplies unsigned by signed bytes without loss, as `row-int8.ts` needs it. Those of x86 that
 * lack VNNI add two products in 16 bits, where large bytes overflow. Tried out with the largest bytes there are.
 */
export async function isRowKernelExact(): Promise<boolean> {
  const session = await InferenceSession.create(encodeModel(largestProduct()), { logSeverityLevel: 3 });
  try {
    const { product } = await session.run({});
    return (product?.data as Float32Array).every((sum) => sum === DEPTH * LARGEST_UNSIGNED * LARGEST_SIGNED);
  } finally {
    await session.release();
  }
}

function largestProduct() {
  const graph = { node: [], initializer: [], input: [], output: [{ name: 'product' }], valueInfo: [] };
  const sketch = new Graph({ irVersion: 8, opsetImport: [{ version: 17 }], graph });
  const unsigned = new Uint8Array(ROWS * DEPTH).fill(LARGEST_UNSIGNED);
  const signed = new Int8Array(DEPTH * COLUMNS).fill(LARGEST_SIGNED);
  const inputs = [
    sketch.addWeight((name) => byteTensor(name, [ROWS, DEPTH], unsigned), 'unsigned'),
    sketch.addWeight((name) => signedByteTensor(name, [DEPTH, COLUMNS], signed), 'signed'),
    ...['unsigned', 'signed'].map((side) =>
      sketch.addWeight((name) => floatTensor(name, [], Float32Array.of(1)), `${side}_scale`),
    ),
  ];
  const made = sketch.addNode('MatMulIntegerToFloat', inputs, [], 'com.microsoft');
  const [node] = sketch.nodes;
  if (node) node.output = node.output.map((name) => (name === made ? 'product' : name));
  return sketch.model;
}
