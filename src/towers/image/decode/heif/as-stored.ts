import type { Box } from './boxes.js';
import type { HeifFormat } from './boxes.js';
import { readBoxes } from './boxes.js';
import { readHeifContents } from './items.js';

const TURNS = ['irot', 'imir'];
const CROP = 'clap';
/** A box that readers pass over. */
const FREE = 'free';
/** The brand of a film, whose still image libvips would not look for. */
const FILM_BRAND = 'avis';
const STILL_BRAND = 'avif';

/**
 * A copy of an AVIF or HEIC file whose image libheif decodes as it is stored, which is how Pillow decodes it: without the
 * crop, and without the turn unless `turn` is set. The same bytes where there is neither.
 */
export function asStored(bytes: Uint8Array, format: HeifFormat, turn: boolean): Uint8Array {
  const file = { bytes, format };
  const { items } = readHeifContents(file);
  const unwanted = turn ? [CROP] : [CROP, ...TURNS];
  const properties = new Set<Box>(Array.from(items.values(), (item) => item.properties).flat());
  const changes = Array.from(properties)
    .filter(({ kind }) => unwanted.includes(kind))
    .map(({ start }) => ({ at: start + 4, kind: FREE }));
  const [fileType] = readBoxes(file);
  if (isKind(bytes, fileType!.contentStart, FILM_BRAND)) {
    changes.push({ at: fileType!.contentStart, kind: STILL_BRAND });
  }
  if (changes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  for (const { at, kind } of changes) copy.write(kind, at, 'latin1');
  return copy;
}

function isKind(bytes: Uint8Array, at: number, kind: string): boolean {
  return String.fromCharCode(...bytes.subarray(at, at + kind.length)) === kind;
}
