/**
 * ONNX Runtime with nothing around it, as the yardstick: one session at a time with its own defaults and all cores.
 *
 *     node dist/bench/measure/raw-child.js MODEL SECONDS [LENGTHS OF TEXTS, as 4,12]
 */
import { loadModelFolder } from '../../src/models/folder/folder.js';
import { TEXT_LENGTHS } from '../plan.js';
import type { Sample } from './child.js';
import { measureRate } from './rate.js';
import { imageRun, openRaw, textRun } from './raw-session.js';

const IMAGE_BATCHES = [1, 2, 4, 8, 16];
const TEXT_BATCHES = [1, 4, 16, 32];

const [folder = '', seconds = '1', lengths = TEXT_LENGTHS.join()] = process.argv.slice(2);
const model = await loadModelFolder(folder);
const samples: Sample[] = [];

const { image, text } = model.towers;
if (image) {
  const session = await openRaw(image.file);
  for (const batch of IMAGE_BATCHES) {
    const runs = await measureRate(await imageRun(session, model, batch), Number(seconds));
    samples.push({ name: `raw/image/batch ${batch}`, unit: 'images/s', value: runs * batch });
  }
  await session.release();
}
if (text) {
  const session = await openRaw(text.file);
  for (const tokens of lengths.split(',').map(Number)) {
    for (const batch of TEXT_BATCHES) {
      const runs = await measureRate(await textRun(session, model, batch, tokens), Number(seconds));
      samples.push({ name: `raw/text ${tokens}/batch ${batch}`, unit: 'texts/s', value: runs * batch });
    }
  }
  await session.release();
}
process.stdout.write(JSON.stringify(samples));
