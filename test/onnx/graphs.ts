import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Row } from '../../src/core/encoder.js';
import { ROOT } from '../../src/core/own-module.js';
import { InferenceSession } from '../../src/onnx/session/onnxruntime.js';
import type { Tensor } from '../../src/onnx/session/onnxruntime.js';
import { packRows } from '../../src/onnx/session/pack.js';
import { readInputs } from '../../src/onnx/session/inputs.js';
import type { CallSpec } from '../../src/onnx/session/own-part.js';
import { seededRandom } from '../support/random.js';

const folder = new URL('test/fixtures/graphs/', ROOT);

/** Every tower of test/fixtures/make_graphs.py: one for each way that exporters write a CLIP. */
export const TOWERS = readdirSync(folder).map((file) => file.replace('.onnx.gz', ''));

/** The vocabulary, end token, context and image size of the fixtures. */
const END = 63;
const CONTEXT = 12;
const SIZE = 32;

/** The bytes of one fixture. */
export function towerBytes(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`${name}.onnx.gz`, folder)));
}

/** Rows of a fixture: noise for pixels; tokens that end at different places for texts. The same at each call. */
export function towerRows(name: string, count: number): Row[] {
  const random = seededRandom(count);
  if (isVision(name)) {
    return Array.from({ length: count }, () =>
      Float32Array.from({ length: 3 * SIZE * SIZE }, () => random() * 4 - 2),
    );
  }
  const length = name.includes('openclip') ? CONTEXT : 9;
  return Array.from({ length: count }, (_, row) =>
    Int32Array.from({ length }, (_id, at) => (at === 3 + (row % 5) ? END : 3 + Math.floor(random() * 50))),
  );
}

/** How a fixture is called. */
export function towerCall(name: string): CallSpec {
  return { input: isVision(name) ? PIXELS : TOKENS, outputs: [] };
}

const PIXELS = { kind: 'dense', shape: [3, SIZE, SIZE] } as const;
const TOKENS = { kind: 'tokens', contextLength: CONTEXT, padId: 0, padTo: undefined } as const;
const isVision = (name: string) => /vision|visual/.test(name);

/** What ONNX Runtime answers for a model and each batch of rows: the named output, or the first one. */
export async function run(
  bytes: Uint8Array,
  batches: readonly (readonly Row[])[],
  output?: string,
): Promise<Tensor[]> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const tensors: Tensor[] = [];
  for (const rows of batches) {
    const input = rows[0] instanceof Float32Array ? PIXELS : TOKENS;
    const feeds = packRows(rows, rows.length, readInputs(session.inputMetadata, { input }));
    const results = await session.run(feeds);
    const tensor = results[output ?? session.outputNames[0] ?? ''];
    if (tensor === undefined) throw new Error('expected an output, received none');
    tensors.push(tensor);
  }
  await session.release();
  return tensors;
}

/** As `run`, the numbers only. */
export async function vectorsOf(
  bytes: Uint8Array,
  batches: readonly (readonly Row[])[],
): Promise<Float32Array[]> {
  return (await run(bytes, batches)).map(({ data }) => data as Float32Array);
}

export function maxDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? NaN))), 0);
}
