/** An item of a made file: a coded picture, or what puts others together. */
export interface MadeItem {
  readonly kind: string;
  readonly properties: readonly Buffer[];
  readonly data: Buffer;
}

export interface MadeReference {
  readonly kind: string;
  readonly from: number;
  readonly to: readonly number[];
}

/** A box of an ISO base media file. */
export function box(kind: string, ...contents: readonly Buffer[]): Buffer {
  const length = contents.reduce((sum, content) => sum + content.length, 8);
  return Buffer.concat([number(4, length), Buffer.from(kind, 'latin1'), ...contents]);
}

/** Numbers of so many bytes each, the highest byte first. */
export function number(bytes: number, ...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(bytes * values.length);
  for (const [i, value] of values.entries()) buffer.writeUIntBE(value, i * bytes, bytes);
  return buffer;
}

/** The property that tells an item's size. */
export function sizeProperty(width: number, height: number): Buffer {
  return box('ispe', number(4, 0, width, height));
}

/** The property that shows a part of the picture only, in its middle. */
export function cropProperty(width: number, height: number): Buffer {
  return box('clap', number(4, width, 1, height, 1, 0, 1, 0, 1));
}

/** What a grid of tiles is put together by. */
export function gridData(rows: number, columns: number, width: number, height: number): Buffer {
  return Buffer.concat([number(1, 0, 0, rows - 1, columns - 1), number(2, width, height)]);
}

/** A file of items with the ids 1, 2, 3 …, of which the first is shown. */
export function heifFile(
  items: readonly MadeItem[],
  references: readonly MadeReference[] = [],
  brands = ['avif', 'mif1'],
): Buffer {
  const [major = '', ...others] = brands;
  const fileType = box('ftyp', Buffer.from(`${major}\0\0\0\0${[major, ...others].join('')}`, 'latin1'));
  // The places are told in the box whose size they depend on; it is the same wherever they are.
  const start = fileType.length + metaBox(items, references, 0).length + 8;
  return Buffer.concat([
    fileType,
    metaBox(items, references, start),
    box('mdat', ...items.map(({ data }) => data)),
  ]);
}

function metaBox(items: readonly MadeItem[], references: readonly MadeReference[], start: number): Buffer {
  const properties = items.flatMap((item) => item.properties);
  let at = start;
  const places = items.map(({ data }, i) => {
    const place = Buffer.concat([number(2, i + 1, 0, 1), number(4, at, data.length)]);
    at += data.length;
    return place;
  });
  let next = 1;
  const associations = items.map((item, i) => {
    const indices = item.properties.map(() => next++);
    return Buffer.concat([number(2, i + 1), number(1, indices.length, ...indices)]);
  });
  const names = items.map(({ kind }, i) =>
    box('infe', number(4, 0x02000000), number(2, i + 1, 0), Buffer.from(`${kind}\0`, 'latin1')),
  );
  const links = references.map(({ kind, from, to }) => box(kind, number(2, from, to.length, ...to)));
  return box(
    'meta',
    number(4, 0),
    box('hdlr', number(4, 0, 0), Buffer.from('pict', 'latin1'), Buffer.alloc(13)),
    box('pitm', number(4, 0), number(2, 1)),
    box('iloc', number(4, 0), number(1, 0x44, 0), number(2, items.length), ...places),
    box('iinf', number(4, 0), number(2, items.length), ...names),
    ...(links.length > 0 ? [box('iref', number(4, 0), ...links)] : []),
    box('iprp', box('ipco', ...properties), box('ipma', number(4, 0, items.length), ...associations)),
  );
}
