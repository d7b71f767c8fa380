import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedder, Item } from '../../core/embedder.js';
import { cosine, norm } from '../../core/vectors.js';
import type { ReferenceVectors } from './reference-vectors.js';

export interface ComparedItem {
  /** The text, or the image's file name. */
  readonly item: string;
  /** Cosine of the two vectors; 1 is the same direction. */
  readonly cosine: number;
  /** This service's vector length divided by the reference's; 1 if both normalise, or both do not. */
  readonly lengthRatio: number;
}

export interface Comparison {
  readonly texts: readonly ComparedItem[];
  readonly images: readonly ComparedItem[];
}

/** Items asked for at once: a few batches' worth, far below any limit. */
const CHUNK = 16;

/**
 * This service's vectors beside those of the reference, item by item, in the reference's order.
 *
 * @throws Error if the vectors have different dimensions: then the models are not the same
 */
export async function compareVectors(embedder: Embedder, reference: ReferenceVectors): Promise<Comparison> {
  const texts = await compareItems(
    embedder,
    reference.texts.map(({ text, vector }) => ({ item: text, vector })),
    (texts) => Promise.resolve(texts.map((content) => ({ modality: 'text', content }))),
  );
  const images = await compareItems(
    embedder,
    reference.images.map(({ file, vector }) => ({ item: file, vector })),
    (files) => Promise.all(files.map((file) => readImage(join(reference.folder, file)))),
  );
  return { texts, images };
}

async function readImage(file: string): Promise<Item> {
  return { modality: 'image', content: await readFile(file) };
}

async function compareItems(
  embedder: Embedder,
  items: readonly { item: string; vector: readonly number[] }[],
  read: (items: readonly string[]) => Promise<readonly Item[]>,
): Promise<ComparedItem[]> {
  const compared: ComparedItem[] = [];
  for (let at = 0; at < items.length; at += CHUNK) {
    const chunk = items.slice(at, at + CHUNK);
    const { vectors } = await embedder.embed(await read(chunk.map(({ item }) => item)));
    chunk.forEach(({ item, vector }, i) => compared.push({ item, ...compare(item, vectors[i]!, vector) }));
  }
  return compared;
}

function compare(item: string, ours: Float32Array, theirs: readonly number[]) {
  if (ours.length !== theirs.length) {
    throw new Error(
      `${item}: expected ${theirs.length} dimensions as in the reference, this model has ${ours.length}: another model`,
    );
  }
  return { cosine: cosine(ours, theirs), lengthRatio: norm(ours) / norm(theirs) };
}

/** How many of the worst items are printed. */
const WORST = 5;

/** The comparison in a few lines for people: cosine mean, min and the worst items, and the lengths of the vectors. */
export function renderComparison({ texts, images }: Comparison): string[] {
  const sides = [
    { name: 'texts', items: texts },
    { name: 'images', items: images },
  ];
  return sides.filter(({ items }) => items.length > 0).flatMap(({ name, items }) => renderSide(name, items));
}

function renderSide(name: string, items: readonly ComparedItem[]): string[] {
  const sorted = [...items].sort((a, b) => a.cosine - b.cosine);
  const ratios = items.map(({ lengthRatio }) => lengthRatio);
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  return [
    `${name} (${items.length}): cosine mean ${mean(items.map(({ cosine }) => cosine)).toFixed(6)}, ` +
      `min ${sorted[0]!.cosine.toFixed(6)}; length here / reference ${Math.min(...ratios).toFixed(4)} to ${Math.max(...ratios).toFixed(4)}`,
    ...sorted.slice(0, WORST).map(({ item, cosine }) => `  ${cosine.toFixed(6)}  ${item}`),
  ];
}
