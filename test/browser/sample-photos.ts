import { readFile, readdir } from 'node:fs/promises';
import sharp from 'sharp';
import { ROOT } from '../../src/core/own-module.js';
import { makeFolder } from '../support/folder.js';
import type { TestFile } from './drag.js';
import type { PageUnderTest } from './search-page.js';

const SAMPLES = new URL('samples/', ROOT);
/** Samples that are not in the folder: the page adds them. */
const FRESH = ['coffee-cup.jpg', 'nagasaki-boats.jpg'];

export interface SamplePhotos {
  readonly folder: string;
  readonly remove: () => Promise<void>;
  readonly count: number;
  readonly expected: Omit<PageUnderTest, 'url' | 'stop' | 'store'>;
}

/** A folder of samples, and what a page over them must show with the starter model, whatever its store. */
export async function layOutSamples(): Promise<SamplePhotos> {
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg') && !FRESH.includes(name));
  const samples = await Promise.all(names.map(readSample));
  const shapes = await Promise.all(samples.map(({ bytes }) => sharp(bytes).metadata()));
  const portraits = shapes.filter(({ width, height }) => height > width).length;
  const rocket = await readSample('rocket-on-the-pad.jpg');
  const mirrored = await sharp(rocket.bytes).flop().resize(400).png().toBuffer();
  const made = await makeFolder(Object.fromEntries(samples.map(({ name, bytes }) => [name, bytes])));
  return {
    ...made,
    count: samples.length,
    expected: {
      model: { title: 'Starter', note: 'It is not CLIP' },
      queries: [
        { text: 'a cat', best: 'chelsea-the-cat.jpg' },
        { text: 'sheep in a pasture', best: 'march-pastoral.jpg' },
      ],
      image: { file: { name: 'launch.png', bytes: mirrored, type: 'image/png' }, best: rocket.name },
      known: await readSample('chelsea-the-cat.jpg'),
      fresh: { files: await Promise.all(FRESH.map(readSample)), query: 'a cup of coffee' },
      filter: { property: 'shape', value: 'portrait', count: portraits },
    },
  };
}

async function readSample(name: string): Promise<TestFile> {
  return { name, bytes: await readFile(new URL(name, SAMPLES)), type: 'image/jpeg' };
}
