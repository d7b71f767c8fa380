/**
 * A model's two sessions with given options, one after the other, in a fresh process: time to load, memory, and rates.
 *
 *     node dist/bench/measure/session-child.js MODEL SECONDS NAME OPTIONS_AS_JSON
 */
import { InferenceSession, Tensor } from '../../src/onnxruntime.js';
import { availableCores } from '../../src/machine.js';
import { loadModelFolder } from '../../src/model/folder.js';
import type { Sample } from './child.js';
import { readTreeMemory } from './memory.js';
import { measureRate } from './rate.js';

const [folder = '', seconds = '1', name = '', json = '{}'] = process.argv.slice(2);
const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: availableCores(),
  logSeverityLevel: 3,
  ...(JSON.parse(json) as object),
};
const model = await loadModelFolder(folder);
if (!model.image || !model.text) throw new Error('expected a model with both towers');
const samples: Sample[] = [];
const add = (what: string, unit: string, value: number) =>
  samples.push({ name: `session/${name}/${what}`, unit, value });

const startMs = performance.now();
const image = await InferenceSession.create(model.image.file, options);
const text = await InferenceSession.create(model.text.file, options);
add('load', 'ms', performance.now() - startMs);

const { size } = model.image.settings;
for (const batch of [1, 8]) {
  const pixels = Float32Array.from({ length: batch * 3 * size * size }, (_, at) => Math.sin(at));
  const feeds = { [image.inputNames[0] ?? '']: new Tensor('float32', pixels, [batch, 3, size, size]) };
  add(
    `images, batch ${batch}`,
    'images/s',
    batch * (await measureRate(() => image.run(feeds), Number(seconds))),
  );
}
for (const batch of [1, 16]) {
  const ids = BigInt64Array.from({ length: batch * 12 }, (_, at) => BigInt((at % 12) + 1));
  const feeds = Object.fromEntries(
    text.inputNames.map((input) => [input, new Tensor('int64', ids, [batch, 12])]),
  );
  add(
    `texts of 12, batch ${batch}`,
    'texts/s',
    batch * (await measureRate(() => text.run(feeds), Number(seconds))),
  );
}
const { residentMiB, peakMiB } = await readTreeMemory(process.pid);
add('memory', 'MiB', residentMiB);
add('memory at its peak', 'MiB', peakMiB);
process.stdout.write(JSON.stringify(samples));
