import { readFile, readdir } from 'node:fs/promises';
import sharp from 'sharp';
import { createFolder } from '../search/colour-photo.js';
import { startDemoProcess } from './demo-process.js';
import { searchPageSuite } from './search-page.js';

const SAMPLES = new URL('../../../samples/', import.meta.url);
/** Samples that are not in the folder at first. */
const FRESH = ['coffee-cup.jpg', 'nagasaki-boats.jpg'];

const readSample = async (name: string) => ({
  name,
  bytes: await readFile(new URL(name, SAMPLES)),
  type: 'image/jpeg',
});

searchPageSuite('the samples, with the starter model', async () => {
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg') && !FRESH.includes(name));
  const samples = await Promise.all(names.map(readSample));
  const shapes = await Promise.all(samples.map(({ bytes }) => sharp(bytes).metadata()));
  const portraits = shapes.filter(({ width, height }) => height > width).length;
  const { folder, remove } = await createFolder(
    Object.fromEntries(samples.map(({ name, bytes }) => [name, bytes])),
  );
  const demo = await startDemoProcess(folder);
  const rocket = await readSample('rocket-on-the-pad.jpg');
  const mirrored = await sharp(rocket.bytes).flop().resize(400).png().toBuffer();
  return {
    url: demo.url,
    stop: async () => {
      await demo.stop();
      await remove();
    },
    store: { kind: 'memory', count: samples.length },
    model: { title: 'Starter', note: 'It is not CLIP' },
    queries: [
      { text: 'a cat', best: 'chelsea-the-cat.jpg' },
      { text: 'sheep in a pasture', best: 'march-pastoral.jpg' },
    ],
    image: { file: { name: 'launch.png', bytes: mirrored, type: 'image/png' }, best: rocket.name },
    known: await readSample('chelsea-the-cat.jpg'),
    fresh: { files: await Promise.all(FRESH.map(readSample)), query: 'a cup of coffee' },
    filter: { property: 'shape', value: 'portrait', count: portraits },
  };
});
