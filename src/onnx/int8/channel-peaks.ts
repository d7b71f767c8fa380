import { multiplications } from '../rewrite/constant-matrix.js';
import { Graph } from '../rewrite/graph.js';
import { encodeModel, parseModel } from '../file/decoded-model.js';
import type { SampleInput, SessionOptions } from '../session/session.js';
import { openModel, toFeeds } from '../session/session.js';

/** The largest absolute value of each channel `[K]`, by the name of the activations. */
export type ChannelPeaks = ReadonlyMap<string, Float32Array>;

/**
 * How large each channel gets of what the model multiplies by matrices of at least so many weights, seen on real inputs.
 * Blocks the thread that calls it.
 */
export async function channelPeaks(
  model: Uint8Array,
  inputs: readonly SampleInput[],
  minWeights: number,
  options: SessionOptions = {},
): Promise<ChannelPeaks> {
  const probe = parseModel(model);
  const widths = new Map(
    multiplications(new Graph(probe), minWeights).map(({ node, matrix }) => [
      node.input[0] ?? '',
      matrix.rows,
    ]),
  );
  if (widths.size === 0 || inputs.length === 0) return new Map();
  probe.graph.output = [...widths.keys()].map((name) => ({ name }));
  const peaks = new Map(Array.from(widths, ([name, width]) => [name, new Float32Array(width)]));
  const session = await openModel(encodeModel(probe), options);
  try {
    for (const input of inputs) {
      const results = await session.run(toFeeds(input));
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
