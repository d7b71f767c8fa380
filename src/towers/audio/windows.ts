import type { WindowSettings } from './settings.js';

/**
 * The windows of a sound, `samples` numbers each. One that is no longer than a window becomes one, filled up as the settings
 * say; a longer one as many as it takes to hear all of it, or `most`, evenly from its start to its end, a single one from its middle.
 * @param sound One sample or more.
 */
export function windowsOf(sound: Float32Array, { samples, short, most }: WindowSettings): Float32Array[] {
  if (sound.length <= samples) return [FILL[short](sound, samples)];
  const last = sound.length - samples;
  const count = Math.min(most, Math.ceil(sound.length / samples));
  const starts =
    count === 1
      ? [Math.floor(last / 2)]
      : Array.from({ length: count }, (_, at) => Math.round((at * last) / (count - 1)));
  return starts.map((start) => sound.subarray(start, start + samples));
}

/** How a short sound becomes a window. */
const FILL: Readonly<
  Record<WindowSettings['short'], (sound: Float32Array, samples: number) => Float32Array>
> = {
  zeros: (sound, samples) => repeated(sound, samples, 1),
  'whole-repeats': (sound, samples) => repeated(sound, samples, Math.floor(samples / sound.length)),
  repeats: (sound, samples) => repeated(sound, samples, Math.ceil(samples / sound.length)),
};

function repeated(sound: Float32Array, samples: number, times: number): Float32Array {
  const window = new Float32Array(samples);
  for (let at = 0; at < times; at++) {
    const start = at * sound.length;
    window.set(sound.subarray(0, samples - start), start);
  }
  return window;
}
