import { openPhotoCache } from '../../../src/photos/index/photo-cache.js';
import { contentOf } from './cached-content.js';

/** A process that notes contents from a number on until it is killed, thins them meanwhile, and says of each hundred that it is written. */
const [folder = '', from = '0'] = process.argv.slice(2);
let days = 0;
const throwOn = (error: unknown) => {
  throw error;
};
const cache = await openPhotoCache(folder, throwOn, { now: () => Date.now() + days * 86_400_000 });
const contents = cache.contents('space');
for (let n = Number(from); ; n++) {
  contents.note(contentOf(n).hash, contentOf(n).content);
  if (n % 500 === 499) {
    days++;
    void cache.thin();
  }
  if (n % 100 === 99) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.stdout.write(`${n + 1}\n`);
  }
}
