import { encodeModel, parseModel } from '../file/decoded-model.js';
import { Graph } from '../rewrite/graph.js';
import { readInputs } from '../session/inputs.js';
import { packRows } from '../session/pack.js';
import type { Samples } from '../trial/samples.js';
import { batchesOf } from '../trial/samples.js';
import type { CallSpec, TrialOptions } from '../trial/trial-model.js';
import { openTrialSession } from '../trial/trial-model.js';
import { multiplications } from './multiplications.js';

/** The largest absolute value of each channel `[K]`, by the name of the activations. */
export type ChannelPeaks = ReadonlyMap<string, Float32Array>;

/**
 * How large each channel gets of what the model multiplies by matrices of at least so many weights, seen on real rows.
 * Blocks the thread that calls it.
 */
export async function channelPeaks(
  model: Uint8Array,
  samples: Samples,
  call: Pick<CallSpec, 'input' | 'evenLengths'>,
  minWeights: number,
  options: TrialOptions = {},
): Promise<ChannelPeaks> {
  const probe = parseModel(model);
  const widths = new Map(
    multiplications(new Graph(probe), minWeights).map(({ node, matrix }) => [
      node.input[0] ?? '',
      matrix.rows,
    ]),
  );
  if (widths.size === 0 || samples.rows.length === 0) return new Map();
  probe.graph.output = [...widths.keys()].map((name) => ({ name }));
  const peaks = new Map(Array.from(widths, ([name, width]) => [name, new Float32Array(width)]));
  const session = await openTrialSession(encodeModel(probe), options);
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

/** Lifts each channel's peak to the largest absolute value that the rows `[…, K]` have there. */
function raise(peaks: Float32Array, rows: Float32Array): void {
  for (let at = 0; at < rows.length; at++) {
    const channel = at % peaks.length;
    const value = Math.abs(rows[at] ?? 0);
    if (value > (peaks[channel] ?? 0)) peaks[channel] = value;
  }
}
