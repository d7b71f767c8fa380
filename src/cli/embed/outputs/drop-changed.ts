import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Named } from '../request.js';
import { AppendFile } from './append-file.js';
import { lineOf } from './json-lines.js';
import { writtenLines } from './written.js';
import { HEADER_BYTES, filesOf } from './vector-rows.js';

/** Files whose facts are asked for at once. */
const AT_ONCE = 64;

/** Takes rows out of a half-written file. Resolves with how many; whenever it is killed, what is there is whole, or is made anew. */
export type DropRows = (file: string, dimensions: number, isDropped: IsDropped) => Promise<number>;

type IsDropped = (named: Named) => Promise<boolean>;

/**
 * Whether the file of a row has changed since a moment: its content, or anything else of it, as a copy that keeps its date changes that of its
 * inode alone. What is gone has not.
 * @param root What paths are relative to.
 */
export function changedSince(root: string, beganMs: number): IsDropped {
  return async ({ file }) => {
    if (typeof file !== 'string') return false;
    const facts = await stat(path.join(root, file)).catch(() => undefined);
    return facts !== undefined && Math.max(facts.mtimeMs, facts.ctimeMs) >= beganMs;
  };
}

export const dropLines: DropRows = async (file, _dimensions, isDropped) => {
  const [part, made] = [`${file}.part`, `${file}.part.new`];
  const dropped = await placesOf(part, isDropped);
  if (dropped.size === 0) return 0;
  const lines = await AppendFile.open(made);
  let at = 0;
  for await (const { text } of writtenLines(part)) if (!dropped.has(at++)) await lines.append(`${text}\n`);
  await lines.finish();
  await rename(made, part);
  return dropped.size;
};

export const dropVectorRows: DropRows = async (file, dimensions, isDropped) => {
  const [vectorsFile, indexFile] = filesOf(file);
  const dropped = await placesOf(indexFile, isDropped);
  if (dropped.size === 0) return 0;
  const [madeVectors, madeIndex] = [`${vectorsFile}.new`, `${indexFile}.new`];
  const [vectors, index] = await Promise.all([AppendFile.open(madeVectors), AppendFile.open(madeIndex)]);
  const before = await open(vectorsFile);
  try {
    await vectors.append(Buffer.alloc(HEADER_BYTES));
    const row = Buffer.alloc(4 * dimensions);
    let [at, kept] = [0, 0];
    for await (const { named } of writtenLines(indexFile)) {
      const place = at++;
      if (dropped.has(place)) continue;
      const { bytesRead } = await before.read(row, 0, row.length, HEADER_BYTES + place * row.length);
      if (bytesRead < row.length) break; // torn, and cut off with what is behind it
      await vectors.append(row);
      await index.append(await lineOf({ ...named, row: kept++ }));
    }
  } finally {
    await before.close();
    await Promise.all([vectors.finish(), index.finish()]);
  }
  // Without an index all is made anew: never may one stand beside vectors of other rows.
  await rm(indexFile);
  await rename(madeVectors, vectorsFile);
  await rename(madeIndex, indexFile);
  return dropped.size;
};

async function placesOf(file: string, isDropped: IsDropped): Promise<Set<number>> {
  const places = new Set<number>();
  let [at, waiting] = [0, [] as Promise<void>[]];
  for await (const { named } of writtenLines(file)) {
    const place = at++;
    waiting.push(isDropped(named).then((is) => void (is && places.add(place))));
    if (waiting.length < AT_ONCE) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  return places;
}
