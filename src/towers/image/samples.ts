import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../core/own-module.js';
import { inspectImage } from './decode/inspect.js';
import { preprocessImage } from './preprocess.js';
import type { ImageSettings } from './settings.js';

const SAMPLES = fileURLToPath(new URL('samples/', ROOT));

/** The sample photos that come with the program, each as the model wants it. */
export async function sampleImages(settings: ImageSettings): Promise<Float32Array<ArrayBuffer>[]> {
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg')).sort();
  const rows: Float32Array<ArrayBuffer>[] = [];
  for (const name of names) {
    const bytes = await readFile(path.join(SAMPLES, name));
    const header = await inspectImage(bytes, { maxBytes: Infinity, maxPixels: Infinity });
    const pixels = await preprocessImage(bytes, header, settings, { orient: false });
    rows.push(pixels as Float32Array<ArrayBuffer>);
  }
  return rows;
}
