/**
 * A model's towers, rewritten, in int8 and as they are, side by side: raw sessions of the files that take turns, so that
 * what the machine does meanwhile meets them alike.
 *
 *     node dist/bench/measure/files-child.js MODEL SECONDS FILES_AS_JSON
 */
import { loadModelFolder } from '../../src/models/folder/folder.js';
import type { Sample } from './child.js';
import { measureRatesInTurns } from './rate.js';
import { imageRun, openRaw, textRun } from './raw-session.js';
import type { TowerFiles } from './tower-files.js';

/** Tokens of a caption, those at the start and end included. */
const TOKENS = 12;

const [folder = '', seconds = '1', json = '{}'] = process.argv.slice(2);
const model = await loadModelFolder(folder);
const files = Object.entries(JSON.parse(json) as TowerFiles);
const samples: Sample[] = [];

const TOWERS = [
  { tower: 'image', kind: 'image', unit: 'images/s', batches: [1, 8], run: imageRun },
  { tower: 'text', kind: `text ${TOKENS}`, unit: 'texts/s', batches: [1, 16], run: textRun },
] as const;

for (const { tower, kind, unit, batches, run } of TOWERS) {
  const own = files.flatMap(([name, { [tower]: file }]) => (file ? [{ name, file }] : []));
  const sessions = await Promise.all(own.map(({ file }) => openRaw(file)));
  for (const batch of batches) {
    const works: (() => Promise<unknown>)[] = [];
    for (const session of sessions) works.push(await run(session, model, batch, TOKENS));
    const rates = await measureRatesInTurns(works, Number(seconds));
    own.forEach(({ name }, at) => {
      const value = (rates[at] ?? NaN) * batch;
      samples.push({ name: `files/${name}/${kind}/batch ${batch}`, unit, value });
    });
  }
  for (const session of sessions) await session.release();
}
process.stdout.write(JSON.stringify(samples));
