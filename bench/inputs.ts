import type { TowerFile } from '../src/models/folder/folder.js';
import { loadModelFolder } from '../src/models/folder/folder.js';
import { readTextFiles } from '../src/towers/text/files.js';
import { loadTokenizer } from '../src/towers/text/tokenizer.js';
import type { BodyMaker } from './load/bodies.js';
import { createImageBodies, createTextBodies } from './load/bodies.js';
import type { PhotoSize } from './load/photos.js';
import { makePhoto } from './load/photos.js';
import { createTexts, findWords, readVocabulary } from './load/words.js';

/** Different pictures of one size: more would only cost memory, the comment in each makes every request another one. */
const PHOTOS = 4;

/** Requests of every kind for one model. */
export interface Inputs {
  images(size: PhotoSize, perRequest?: number): BodyMaker;
  /** Texts of so many tokens, those at the start and end included. */
  texts(tokens: number, perRequest?: number): BodyMaker;
}

/** The words that texts for a model are made of; see `findWords`. */
export async function loadWords(folder: string): Promise<string[]> {
  const text = await textTower(folder);
  const tokenizer = await loadTokenizer(folder, text);
  return findWords(tokenizer, readVocabulary((await readTextFiles(folder, text)).tokenizer));
}

/** The text tower of a folder; a folder that has a tokenizer alone will do, too. */
function textTower(folder: string): Promise<TowerFile | undefined> {
  return loadModelFolder(folder, { modalities: ['text'] }).then(
    ({ towers }) => towers.text,
    () => undefined,
  );
}

export async function createInputs(folder: string): Promise<Inputs> {
  const words = await loadWords(folder);
  const overhead = (await loadTokenizer(folder, await textTower(folder))).tokenize('').ids.length;
  const photos = new Map<PhotoSize, Buffer[]>();
  for (const size of ['640x480', '12mp'] as const) {
    photos.set(
      size,
      await Promise.all(Array.from({ length: PHOTOS }, (_, seed) => makePhoto(size, seed + 1))),
    );
  }
  let seed = 0;
  return {
    images: (size, perRequest) => createImageBodies(photos.get(size) ?? [], perRequest),
    texts: (tokens, perRequest) =>
      createTextBodies(createTexts(words, tokens - overhead, ++seed), perRequest),
  };
}
