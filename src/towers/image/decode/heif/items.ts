import { corruptImage, truncatedImage, unsupportedImage } from '../invalid-image.js';
import type { Box, Stretch } from './boxes.js';
import { BoxReader, readBoxes, withArticle } from './boxes.js';

/** An image in the file, coded by itself or made of others (ISO/IEC 23008-12, section 6). */
export interface HeifItem {
  readonly id: number;
  /** `av01` and `hvc1` are coded pictures; `grid`, `iovl` and `iden` are made of others. */
  readonly kind: string;
  readonly properties: readonly Box[];
}

/** One item's link to others, such as a grid's to its tiles. */
export interface HeifReference {
  readonly kind: string;
  readonly from: number;
  readonly to: readonly number[];
}

/** What a file says of its images, without their pixels. */
export interface HeifContents {
  readonly primary: HeifItem;
  readonly items: ReadonlyMap<number, HeifItem>;
  readonly references: readonly HeifReference[];
  /** Where the bytes of an item that lies in one piece begin and end. */
  readonly places: ReadonlyMap<number, Pick<Box, 'contentStart' | 'end'>>;
}

/** libheif's own limit of the items of a file. Without one, each list in the file could be as long as the file. */
const MOST_ITEMS = 1000;

/**
 * What the `meta` box of a file says.
 * @throws HandspringError `invalid_image` if it is cut, broken or not there, as in a film.
 */
export function readHeifContents(file: Stretch): HeifContents {
  const topLevel = readBoxes(file);
  const meta = topLevel.find(({ kind }) => kind === 'meta');
  if (!meta) {
    if (topLevel.at(-1)!.end > file.bytes.length) throw truncatedImage(file.format);
    throw unsupportedImage(`${withArticle(file.format)} image`, 'one without a still image, such as a film');
  }
  if (meta.end > file.bytes.length) throw truncatedImage(file.format);
  const boxes = new Map(
    readBoxes(file, meta.contentStart + 4, meta.end).map((box) => [box.kind, box] as const),
  );
  const require = (kind: string): Box => {
    const box = boxes.get(kind);
    if (!box) throw corruptImage(file.format);
    return box;
  };
  const kinds = readItemKinds(file, require('iinf'));
  const properties = readProperties(file, require('iprp'));
  const items = new Map(
    Array.from(kinds, ([id, kind]) => [id, { id, kind, properties: properties.get(id) ?? [] }] as const),
  );
  const primary = items.get(readPrimaryId(file, require('pitm')));
  if (!primary) throw corruptImage(file.format);
  const iref = boxes.get('iref');
  return {
    primary,
    items,
    references: iref ? readReferences(file, iref) : [],
    places: readPlaces(file, require('iloc'), boxes.get('idat')),
  };
}

function readPrimaryId(file: Stretch, box: Box): number {
  const reader = new BoxReader(file, box);
  return reader.uint(reader.version().version === 0 ? 2 : 4);
}

function readItemKinds(file: Stretch, box: Box): Map<number, string> {
  const reader = new BoxReader(file, box);
  const count = reader.uint(reader.version().version === 0 ? 2 : 4);
  if (count > MOST_ITEMS) throw corruptImage(file.format);
  const kinds = new Map<number, string>();
  for (const entry of readBoxes(file, reader.at, box.end)) {
    const fields = new BoxReader(file, entry);
    const { version } = fields.version();
    if (version < 2) continue; // of before there were kinds; no image is told so
    const id = fields.uint(version === 2 ? 2 : 4);
    fields.skip(2);
    kinds.set(id, fields.kind());
  }
  return kinds;
}

/** The properties of each item, in the order in which they are to be applied. */
function readProperties(file: Stretch, iprp: Box): Map<number, Box[]> {
  const children = readBoxes(file, iprp.contentStart, iprp.end);
  const ipco = children.find(({ kind }) => kind === 'ipco');
  if (!ipco) throw corruptImage(file.format);
  const all = readBoxes(file, ipco.contentStart, ipco.end);
  const properties = new Map<number, Box[]>();
  for (const box of children.filter(({ kind }) => kind === 'ipma')) {
    const reader = new BoxReader(file, box);
    const { version, flags } = reader.version();
    const indexBytes = (flags & 1) === 0 ? 1 : 2;
    const essential = indexBytes === 1 ? 0x80 : 0x8000;
    const entries = reader.uint(4);
    if (entries > MOST_ITEMS) throw corruptImage(file.format);
    for (let left = entries; left > 0; left--) {
      const id = reader.uint(version === 0 ? 2 : 4);
      const indices = Array.from({ length: reader.uint(1) }, () => reader.uint(indexBytes) % essential);
      if (properties.has(id) || properties.size === MOST_ITEMS) throw corruptImage(file.format);
      properties.set(
        id,
        indices.flatMap((index) => all[index - 1] ?? []),
      );
    }
  }
  return properties;
}

function readReferences(file: Stretch, iref: Box): HeifReference[] {
  const reader = new BoxReader(file, iref);
  const idBytes = reader.version().version === 0 ? 2 : 4;
  return readBoxes(file, reader.at, iref.end).map((box) => {
    const fields = new BoxReader(file, box);
    const from = fields.uint(idBytes);
    const count = fields.uint(2);
    if (count > MOST_ITEMS) throw corruptImage(file.format);
    const to = Array.from({ length: count }, () => fields.uint(idBytes));
    return { kind: box.kind, from, to };
  });
}

/** How `iloc` tells a place: in the file, or in the box `idat`. */
const IN_FILE = 0;
const IN_IDAT = 1;

function readPlaces(file: Stretch, iloc: Box, idat: Box | undefined): HeifContents['places'] {
  const reader = new BoxReader(file, iloc);
  const { version } = reader.version();
  const sizes = reader.uint(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version > 0 ? sizes & 15 : 0;
  const count = reader.uint(version < 2 ? 2 : 4);
  if (count > MOST_ITEMS) throw corruptImage(file.format);
  const places = new Map<number, Pick<Box, 'contentStart' | 'end'>>();
  for (let left = count; left > 0; left--) {
    const id = reader.uint(version < 2 ? 2 : 4);
    const method = version > 0 ? reader.uint(2) & 15 : IN_FILE;
    reader.skip(2);
    const base = reader.uint(baseBytes);
    const extents = reader.uint(2);
    if (extents > MOST_ITEMS) throw corruptImage(file.format);
    for (let extent = 0; extent < extents; extent++) {
      reader.skip(indexBytes);
      const offset = base + reader.uint(offsetBytes);
      const length = reader.uint(lengthBytes);
      const zero = method === IN_FILE ? 0 : method === IN_IDAT ? idat?.contentStart : undefined;
      if (extents > 1 || zero === undefined) continue;
      places.set(id, { contentStart: zero + offset, end: zero + offset + length });
    }
  }
  return places;
}
