/**
 * A model's two sessions with given options, one after the other, in a fresh process: time to load, memory, and rates.
 *
 *     node dist/bench/measure/session-child.js MODEL SECONDS NAME OPTIONS_AS_JSON
 */
import type { InferenceSession } from '../../src/onnx/session/onnxruntime.js';
import { loadModelFolder } from '../../src/models/folder/folder.js';
import type { Sample } from './child.js';
import { readTreeMemory } from './memory.js';
import { measureRate } from './rate.js';
import { imageRun, openRaw, textRun } from './raw-session.js';

const TOKENS = 12;

const [folder = '', seconds = '1', name = '', json = '{}'] = process.argv.slice(2);
const options = JSON.parse(json) as InferenceSession.SessionOptions;
const model = await loadModelFolder(folder);
if (!model.towers.image || !model.towers.text) throw new Error('expected a model with both towers');
const samples: Sample[] = [];
const add = (what: string, unit: string, value: number) =>
  samples.push({ name: `session/${name}/${what}`, unit, value });

const startMs = performance.now();
const image = await openRaw(model.towers.image.file, options);
const text = await openRaw(model.towers.text.file, options);
add('load', 'ms', performance.now() - startMs);

for (const batch of [1, 8]) {
  const runs = await measureRate(await imageRun(image, model, batch), Number(seconds));
  add(`images, batch ${batch}`, 'images/s', runs * batch);
}
for (const batch of [1, 16]) {
  const runs = await measureRate(await textRun(text, model, batch, TOKENS), Number(seconds));
  add(`texts of ${TOKENS}, batch ${batch}`, 'texts/s', runs * batch);
}
const { residentMiB, peakMiB } = await readTreeMemory(process.pid);
add('memory', 'MiB', residentMiB);
add('memory at its peak', 'MiB', peakMiB);
process.stdout.write(JSON.stringify(samples));
