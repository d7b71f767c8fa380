import type { ImuSettings } from './settings.js';

/**
 * Everyday motions in small, made by formula, on which a rewritten file is tried: at rest, a step twice a second, a turn, a fall;
 * running, a ride on a rough road, a swing, and something that is put down.
 */
export function sampleMotions({ channels, length }: ImuSettings): Float32Array<ArrayBuffer>[] {
  const shapes: readonly ((t: number, channel: number) => number)[] = [
    (_t, channel) => (channel === channels - 1 ? 9.81 : 0.01 * channel),
    (t, channel) => 2 * Math.sin(4 * Math.PI * t + channel) + (channel === channels - 1 ? 9.81 : 0),
    (t, channel) => (channel % 3 === 0 ? 1.5 : 0.2) * Math.sin(Math.PI * t),
    (t, channel) => (t < 5 ? 0.1 * Math.sin(20 * t) : Math.exp(5 - t)) * (channel + 1),
    (t, channel) => 6 * Math.sin(6 * Math.PI * t + channel) * Math.abs(Math.sin(3 * Math.PI * t)) + channel,
    (t, channel) => 0.7 * Math.sin(80 * t + channel ** 2) + 0.5 * Math.sin(13 * t * (channel + 1)),
    (t, channel) =>
      (channel % 2 === 0 ? 3 : -1) * Math.cos(1.2 * Math.PI * t) + (channel === channels - 1 ? 8 : 0),
    (t, channel) =>
      (channel === channels - 1 ? 9.81 : 0) + 4 * Math.exp(-8 * Math.abs(t - 4)) * (channel - 2),
  ];
  return shapes.map((shape) =>
    Float32Array.from({ length: channels * length }, (_, at) =>
      shape((10 * (at % length)) / length, Math.floor(at / length)),
    ),
  );
}
