import type { HeifFormat } from '../../src/towers/image/decode/heif/boxes.js';
import { readHeifContents } from '../../src/towers/image/decode/heif/items.js';
import type { MadeItem } from './heif-file.js';

/** The items of a file, as they are to be put into another one. */
export function itemsOf(bytes: Buffer, format: HeifFormat): MadeItem[] {
  const { items, places } = readHeifContents({ bytes, format });
  return Array.from(items.values(), ({ id, kind, properties }) => {
    const { contentStart, end } = places.get(id)!;
    return {
      kind,
      properties: properties.map((property) => bytes.subarray(property.start, property.end)),
      data: bytes.subarray(contentStart, end),
    };
  });
}
