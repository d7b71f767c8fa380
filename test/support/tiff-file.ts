/** Tags and their values, by what they are written as. */
export interface TiffTags {
  readonly shorts?: Readonly<Record<number, readonly number[]>>;
  readonly longs?: Readonly<Record<number, readonly number[]>>;
}

/** What a page says, and its pixels. */
export interface TiffPage extends TiffTags {
  readonly strips: readonly Buffer[];
}

const SHORT = 3;
const LONG = 4;

/** A little-endian TIFF of such pages, the strips of each one behind the other. */
export function tiffFile(pages: readonly TiffPage[]): Buffer {
  const parts: Buffer[] = [Buffer.from('II*\0\0\0\0\0', 'latin1')];
  let length = 8;
  let linkAt = 4;
  const append = (part: Buffer): number => {
    parts.push(part);
    length += part.length;
    return length - part.length;
  };
  const links: { at: number; to: number }[] = [];
  for (const { strips, shorts = {}, longs = {} } of pages) {
    const offsets = strips.map(append);
    const entries = [
      ...toEntries(shorts, SHORT),
      ...toEntries({ ...longs, 273: offsets, 279: strips.map((strip) => strip.length) }, LONG),
    ].sort((a, b) => a.tag - b.tag);
    const directory = Buffer.alloc(2 + 12 * entries.length + 4);
    directory.writeUInt16LE(entries.length);
    for (const [i, { tag, type, values }] of entries.entries()) {
      const at = 2 + 12 * i;
      directory.writeUInt16LE(tag, at);
      directory.writeUInt16LE(type, at + 2);
      directory.writeUInt32LE(values.length, at + 4);
      const size = type === SHORT ? 2 : 4;
      const stored = Buffer.alloc(Math.max(4, values.length * size));
      for (const [j, value] of values.entries()) stored.writeUIntLE(value, j * size, size);
      if (stored.length === 4) directory.set(stored, at + 8);
      else directory.writeUInt32LE(append(stored), at + 8);
    }
    links.push({ at: linkAt, to: append(directory) });
    linkAt = length - 4;
  }
  const file = Buffer.concat(parts);
  for (const { at, to } of links) file.writeUInt32LE(to, at);
  return file;
}

function toEntries(tags: Readonly<Record<number, readonly number[]>>, type: number) {
  return Object.entries(tags).map(([tag, values]) => ({ tag: Number(tag), type, values }));
}

/** What every page says: its size, and so many samples a pixel of so many bits, in planes or not. */
export function pageTags(
  [width, height]: readonly [number, number],
  { samples = 3, bits = 8, photometric = 2, planes = 1, compression = 1 } = {},
): TiffTags & { readonly shorts: Readonly<Record<number, readonly number[]>> } {
  const extra = samples - ({ 5: 4, 2: 3, 8: 3 }[photometric] ?? 1);
  return {
    shorts: {
      258: Array<number>(samples).fill(bits),
      259: [compression],
      262: [photometric],
      277: [samples],
      284: [planes],
      ...(extra > 0 && { 338: Array<number>(extra).fill(0) }),
    },
    longs: { 256: [width], 257: [height], 278: [height] },
  };
}
