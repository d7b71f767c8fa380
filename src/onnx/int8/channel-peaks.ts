import { bytesOf } from '../file/bytes.js';
import type { OnnxModel } from '../file/decoded-model.js';
import type { ModelInMemory } from '../file/external-files.js';
import { joinParts, messageField, textField, wholeOf } from '../file/fields.js';
import { GRAPH, VALUE_INFO, readGraph, withGraph } from '../file/graph-fields.js';
import { Graph } from '../rewrite/graph.js';
import { readInputs } from '../session/inputs.js';
import type { CallSpec } from '../session/own-part.js';
import { packRows } from '../session/pack.js';
import type { Samples } from '../trial/samples.js';
import { batchesOf } from '../trial/samples.js';
import type { TrialOptions } from '../trial/trial-model.js';
import { openTrialSession } from '../trial/trial-model.js';
import { multiplications } from './multiplications.js';

/** The largest absolute value of each channel `[K]`, by the name of the activations. */
export type ChannelPeaks = ReadonlyMap<string, Float32Array>;

/**
 * How large each channel gets of what the model multiplies by matrices of at least so many weights, seen on real rows.
 * Blocks the thread that calls it.
 * @param tower The model, and the same for a session.
 */
export async function channelPeaks(
  { model, source }: { readonly model: OnnxModel; readonly source: ModelInMemory },
  samples: Samples,
  call: Pick<CallSpec, 'input' | 'evenLengths'>,
  minWeights: number,
  options: TrialOptions = {},
): Promise<ChannelPeaks> {
  const widths = new Map(
    multiplications(new Graph(model), minWeights).map(({ node, matrix }) => [
      node.input[0] ?? '',
      matrix.rows,
    ]),
  );
  if (widths.size === 0 || samples.rows.length === 0) return new Map();
  const peaks = new Map(Array.from(widths, ([name, width]) => [name, new Float32Array(width)]));
  const session = await openTrialSession(withOutputs(source, [...widths.keys()]), options);
  try {
    const inputs = readInputs(session.inputMetadata, call);
    for (const batch of batchesOf(samples, inputs.fixedBatch)) {
      const results = await session.run(packRows(batch, inputs.fixedBatch ?? batch.length, inputs));
      for (const [name, peak] of peaks) raise(peak, results[name]?.data as Float32Array);
    }
  } finally {
    await session.release();
  }
  return peaks;
}

/** The model with other values as its outputs; external weights stay where they are. */
function withOutputs({ bytes, folder }: ModelInMemory, names: readonly string[]): ModelInMemory {
  const model = bytesOf(bytes);
  const rest = readGraph(model).filter(({ number }) => number !== GRAPH.output);
  const outputs = names.flatMap((name) => messageField(GRAPH.output, [textField(VALUE_INFO.name, name)]));
  return { bytes: joinParts(bytes, withGraph(model, [...rest.map(wholeOf), ...outputs])), folder };
}

/** Lifts each channel's peak to the largest absolute value that the rows `[…, K]` have there. */
function raise(peaks: Float32Array, rows: Float32Array): void {
  for (let at = 0; at < rows.length; at++) {
    const channel = at % peaks.length;
    const value = Math.abs(rows[at] ?? 0);
    if (value > (peaks[channel] ?? 0)) peaks[channel] = value;
  }
}
