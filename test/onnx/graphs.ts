import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '../../src/core/own-module.js';
import { InferenceSession } from '../../src/onnx/session/onnxruntime.js';
import type { Tensor } from '../../src/onnx/session/onnxruntime.js';
import { itemsOf } from '../../src/onnx/trial/batching.js';
import type { SampleBatch } from '../../src/onnx/trial/batching.js';
import { toFeeds } from '../../src/onnx/session/session.js';
import type { SampleInput } from '../../src/onnx/session/session.js';
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

/** A batch for a fixture: noise for pixels; tokens that end at different places for texts. The same at each call. */
export function towerInput(name: string, batch: number): SampleInput {
  const random = seededRandom(batch);
  if (/vision|visual/.test(name)) {
    const data = Float32Array.from({ length: batch * 3 * SIZE * SIZE }, () => random() * 4 - 2);
    return { [name.includes('openclip') ? 'image' : 'pixel_values']: { data, dims: [batch, 3, SIZE, SIZE] } };
  }
  const length = name.includes('openclip') ? CONTEXT : 9;
  const ids = Array.from({ length: batch }, (_, row) =>
    Array.from({ length }, (_, at) => (at === 3 + (row % 5) ? END : 3 + Math.floor(random() * 50))),
  ).flat();
  if (name.includes('openclip')) return { text: { data: Int32Array.from(ids), dims: [batch, length] } };
  return { input_ids: { data: BigInt64Array.from(ids, BigInt), dims: [batch, length] } };
}

/** The same batch, and its items one by one. */
export function towerSample(name: string, batch: number): SampleBatch {
  const together = towerInput(name, batch);
  return { together, alone: itemsOf(together) };
}

/** What ONNX Runtime answers for a model and each batch: the named output, or the first one. */
export async function run(
  bytes: Uint8Array,
  inputs: readonly SampleInput[],
  output?: string,
): Promise<Tensor[]> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const tensors: Tensor[] = [];
  for (const input of inputs) {
    const results = await session.run(toFeeds(input));
    const tensor = results[output ?? session.outputNames[0] ?? ''];
    if (tensor === undefined) throw new Error('expected an output, received none');
    tensors.push(tensor);
  }
  await session.release();
  return tensors;
}

/** As `run`, the numbers only. */
export async function vectorsOf(bytes: Uint8Array, inputs: readonly SampleInput[]): Promise<Float32Array[]> {
  return (await run(bytes, inputs)).map(({ data }) => data as Float32Array);
}

export function maxDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? NaN))), 0);
}
