import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from '../core/encoder.js';
import type { Modality } from '../core/modality.js';
import { inspectImage } from '../towers/image/decode/inspect.js';
import { preprocessImage } from '../towers/image/preprocess.js';
import { readImageSettings } from '../towers/image/settings.js';
import type { ModelFolder } from '../models/folder/folder.js';
import { loadTokenizer } from '../towers/text/tokenizer.js';
import { ROOT } from '../core/own-module.js';

const SAMPLES = fileURLToPath(new URL('samples/', ROOT));

/** Everyday captions of several lengths, to try a text tower on. */
const SENTENCES = [
  'a cat',
  'two dogs running on a beach',
  'a cup of coffee on a wooden table',
  'snow',
  'an old red train crossing a bridge over a river in autumn',
  'a kitchen with white cupboards and a window',
  'children playing football in the rain',
  'a bowl of soup with bread beside it, seen from above',
  'airplane',
  'a city street at night with neon signs and parked bicycles',
  'a woman reading a newspaper on a park bench while pigeons walk around her feet',
  'mountains behind a lake',
  'a clock tower',
  'a plate with salad, two eggs, tomatoes and a slice of toast',
  'a horse and its rider jumping over a fence',
  'a bathroom with a mirror and a blue towel',
  'sunset over the sea',
  'an elephant',
  'a man in a suit talking on his phone in front of an office building',
  'tennis player',
  'two slices of pizza on a paper plate',
  'a yellow school bus waiting at a traffic light while people cross the road',
  'an empty bench under a tree',
  'a baby holding a toothbrush',
  'black and white photo of a narrow street in an old town',
  'kites',
  'a laptop, a keyboard and two monitors on a desk by the window',
  'sheep grazing on a green hill with a stone wall behind them',
  'a fire truck with its ladder up',
  'a surfer riding a large wave close to the shore',
  'three bananas and an apple in a bowl',
  'the inside of a church, seen from the door',
];

/** Rows of the sample photos or of everyday sentences, as requests would become. */
export async function sampleRows(model: ModelFolder, modality: Modality): Promise<Row[]> {
  return modality === 'image' ? sampleImages(model) : sampleTexts(model);
}

async function sampleTexts({ folder, towers: { text } }: ModelFolder): Promise<Row[]> {
  const tokenizer = await loadTokenizer(folder, text);
  return SENTENCES.map((sentence) => tokenizer.tokenize(sentence).ids);
}

async function sampleImages({ folder, towers: { image } }: ModelFolder): Promise<Row[]> {
  if (!image) return [];
  const settings = await readImageSettings(folder, image);
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg')).sort();
  const rows: Row[] = [];
  for (const name of names) {
    const bytes = await readFile(path.join(SAMPLES, name));
    const header = await inspectImage(bytes, { maxBytes: Infinity, maxPixels: Infinity });
    rows.push(
      (await preprocessImage(bytes, header, settings, { orient: false })) as Float32Array<ArrayBuffer>,
    );
  }
  return rows;
}
