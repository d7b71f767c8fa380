import { cpus } from 'node:os';
import { placeImage } from '../src/towers/image/geometry.js';
import { resample } from '../src/towers/image/resample/resample.js';
import type { RgbImage } from '../src/towers/image/rgb-image.js';
import { median } from '../src/core/median.js';
import type { ImageSettings } from '../src/towers/image/settings.js';
import { wholeNumber } from '../src/cli/options/option-values.js';
import { resamplePlainly } from '../test/support/plain-resample.js';
import { noise } from '../test/support/random.js';
import { option, readCommand, toggle } from './command.js';

const SIZES = [
  [640, 480],
  [1920, 1080],
  [4032, 3024],
] as const;

const SETTINGS: ImageSettings = {
  size: 224,
  resize: 'shortest-edge',
  resizeTo: 224,
  filter: 'bicubic',
  cropRounding: 'floor',
  rescaleFactor: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

interface Result {
  readonly size: string;
  readonly plainMs: number;
  readonly kernelMs: number;
  readonly rawPlainMs: readonly number[];
  readonly rawKernelMs: readonly number[];
}

function measure(width: number, height: number, rounds: number): Result {
  const image: RgbImage = { data: noise(width * height * 3, 1), width, height };
  const { resizedWidth, resizedHeight, left, top } = placeImage(width, height, SETTINGS);
  const window = { left, top, width: SETTINGS.size, height: SETTINGS.size };
  const variants = [resamplePlainly, resample].map((run) => ({
    run: () => run(image, resizedWidth, resizedHeight, window, SETTINGS.filter),
    timesMs: [] as number[],
  }));
  for (const { run } of variants) run();
  for (let round = 0; round < rounds; round++) {
    for (const { run, timesMs } of round % 2 === 0 ? variants : [...variants].reverse()) {
      const startMs = performance.now();
      run();
      timesMs.push(performance.now() - startMs);
    }
  }
  const [plain, kernel] = variants.map(({ timesMs }) => timesMs) as [number[], number[]];
  return {
    size: `${width}x${height}`,
    plainMs: median(plain),
    kernelMs: median(kernel),
    rawPlainMs: plain,
    rawKernelMs: kernel,
  };
}

const options = readCommand(
  'node dist/bench/resample.js',
  'The resampling of common photo sizes to 224 pixels against plain loops over typed arrays, the two taking turns.',
  {
    json: toggle('All values as JSON instead of a line for each size.'),
    rounds: option('count', 'How often each is timed.', wholeNumber(1, 10_000), '15'),
  },
);
const results = SIZES.map(([width, height]) => measure(width, height, options.rounds));
if (options.json) {
  const machine = { cpu: cpus()[0]?.model, node: process.version };
  console.log(JSON.stringify({ bench: 'resample', machine, results }, null, 2));
} else {
  for (const { size, plainMs, kernelMs } of results) {
    const times = (plainMs / kernelMs).toFixed(1);
    console.log(`${size}: plain ${plainMs.toFixed(2)} ms, kernel ${kernelMs.toFixed(2)} ms, ${times} times`);
  }
}
