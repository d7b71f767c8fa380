import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { ROOT } from '../../src/version.js';
import { Child } from '../../weaviate/child.js';
import { createFolder } from '../search/colour-photo.js';
import { startStack, MODELS } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { searchPageSuite } from './search-page.js';

const MAIN = fileURLToPath(new URL('dist/src/main.js', ROOT));
const SAMPLES = new URL('samples/', ROOT);
/** Samples that are not in the collection at first. */
const FRESH = ['coffee-cup.jpg', 'nagasaki-boats.jpg'];

const readSample = async (name: string) => ({
  name,
  bytes: await readFile(new URL(name, SAMPLES)),
  type: 'image/jpeg',
});

searchPageSuite('a Weaviate collection', async () => {
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg') && !FRESH.includes(name));
  const samples = await Promise.all(names.map(readSample));
  const shapes = await Promise.all(samples.map(({ bytes }) => sharp(bytes).metadata()));
  const portraits = shapes.filter(({ width, height }) => height > width).length;
  const { folder, remove } = await createFolder(
    Object.fromEntries(samples.map(({ name, bytes }) => [name, bytes])),
  );
  const stack = await startStack({ model: MODELS.starter });
  const reports = await mkdtemp(path.join(os.tmpdir(), 'handspring-'));
  const collection = `Samples${process.pid}`;
  const imported = run(stack, ['import', folder, '--report', path.join(reports, 'errors.jsonl')], collection);
  if ((await imported.exited) !== 0) throw imported.ended(1);
  const demo = run(stack, ['demo', '--port', '0', '--log-format', 'json'], collection);
  const url = await demo.waitForLine((line) => /search page: (http:[^"]+)/.exec(line)?.[1]);
  const rocket = await readSample('rocket-on-the-pad.jpg');
  const mirrored = await sharp(rocket.bytes).flop().resize(400).png().toBuffer();
  return {
    url,
    stop: async () => {
      await demo.stop();
      await stack.client.collections.delete(collection);
      await stack.stop();
      await remove();
      await rm(reports, { recursive: true });
    },
    store: { kind: 'Weaviate', count: samples.length },
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

function run(stack: Stack, command: readonly string[], collection: string): Child {
  const target = ['--weaviate', stack.url, '--weaviate-grpc', `http://127.0.0.1:${stack.grpcPort}`];
  const args = [MAIN, ...command, ...target, '--collection', collection];
  return Child.start(`handspring ${command[0]}`, process.execPath, args, { env: process.env });
}
