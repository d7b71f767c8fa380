import { openPhotoCache } from '../../../src/photos/index/photo-cache.js';
import { contentOf } from './cached-content.js';

/** A process that notes contents from a number on until it is killed, and says of each hundred that it is written. */
const [folder = '', from = '0'] = process.argv.slice(2);
const cache = await openPhotoCache(folder, (error) => {
  throw error;
});
const contents = cache.contents('space');
for (let n = Number(from); ; n++) {
  contents.note(contentOf(n).hash, contentOf(n).content);
  if (n % 100 === 99) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.stdout.write(`${n + 1}\n`);
  }
}
