import { corruptImage, unsupportedImage } from '../invalid-image.js';
import type { HeifFormat, Stretch } from './boxes.js';
import { BoxReader, withArticle } from './boxes.js';
import type { HeifContents, HeifItem } from './items.js';
import { readHeifContents } from './items.js';

export interface HeifHeader {
  /** As coded: before a crop or a turn that the file asks for. */
  readonly width: number;
  readonly height: number;
  /** Pixels that its decoder goes through, where they are more than width times height. */
  readonly decodedPixels?: number;
  /** The colours are stored multiplied by alpha. */
  readonly isPremultiplied?: true;
  /** Bytes a pixel that its decoder holds beside what any image of the format takes. */
  readonly heldBytes?: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a coded picture is called in each format. */
const CODED: Readonly<Record<HeifFormat, readonly string[]>> = { AVIF: ['av01'], HEIC: ['hvc1'] };
const GRID = 'grid';

/**
 * The size of an AVIF or HEIC image as its pixels are coded. libheif tells the size after the crop and that of a grid as
 * a whole, whatever its tiles are: a file of 35 kB that shows 64 x 64 pixels can hold 81 million.
 *
 * @throws HandspringError `invalid_image` if the file is cut or broken, or is made in a way that Pillow does not read.
 */
export function readHeifHeader(bytes: Uint8Array, format: HeifFormat): HeifHeader {
  const file = { bytes, format };
  const contents = readHeifContents(file);
  const { primary, items, references } = contents;
  const { width, height } = readSize(file, primary);
  const pictures = readPictures(file, contents, primary);
  const alphas = references
    .filter(({ kind, to }) => kind === 'auxl' && pictures.some(({ id }) => to.includes(id)))
    .flatMap(({ from }) => items.get(from) ?? [])
    .filter((item) => isAlpha(file, item))
    .flatMap((item) => readPictures(file, contents, item));
  const heldBytes = format === 'HEIC' ? bytesHeld(file, contents, pictures, alphas.length > 0) : 0;
  const decodedPixels = Math.max(countPixels(pictures), countPixels(alphas));
  const isPremultiplied = references.some(({ kind, from }) => kind === 'prem' && from === primary.id);
  return {
    width,
    height,
    ...(decodedPixels > width * height && { decodedPixels }),
    ...(isPremultiplied && { isPremultiplied }),
    ...(heldBytes > 0 && { heldBytes }),
  };
}

/** In HEVC's configuration (ISO/IEC 14496-15, section 8.3.3.1.2): the kind of chroma, and behind it the bits beyond 8. */
const CHROMA_OFFSET = 16;
const CHROMA_420 = 1;
const DEEP_HELD_BYTES = 10;

/** Measured: more than 8 bits take twice the planes, which shows where they are many. */
function bytesHeld(
  { bytes }: Stretch,
  { items }: HeifContents,
  [picture]: readonly Picture[],
  hasAlpha: boolean,
): number {
  const box = picture && items.get(picture.id)?.properties.find(({ kind }) => kind === 'hvcC');
  if (!box) return 0;
  const chroma = bytes[box.contentStart + CHROMA_OFFSET]! & 3;
  const bitsBeyond8 = bytes[box.contentStart + CHROMA_OFFSET + 1]! & 7;
  return bitsBeyond8 > 0 && (chroma > CHROMA_420 || hasAlpha) ? DEEP_HELD_BYTES : 0;
}

/** A coded picture and its size. */
interface Picture extends Size {
  readonly id: number;
}

/** The coded pictures that an image is made of: itself, or the tiles of a grid. */
function readPictures(file: Stretch, contents: HeifContents, item: HeifItem): Picture[] {
  const { format } = file;
  const size = readSize(file, item);
  if (CODED[format].includes(item.kind)) return [{ id: item.id, ...size }];
  if (item.kind !== GRID) {
    throw unsupportedImage(
      `${withArticle(format)} image of pixels or of a grid of tiles`,
      `one of kind ${item.kind}`,
    );
  }
  const links = contents.references.find(({ kind, from }) => kind === 'dimg' && from === item.id);
  const tiles = (links?.to ?? []).map((id) => {
    const tile = contents.items.get(id);
    if (!tile || !CODED[format].includes(tile.kind)) throw corruptImage(format);
    return { id, ...readSize(file, tile) };
  });
  if (!isCovered(size, readGrid(file, contents, item), tiles)) throw corruptImage(format);
  return tiles;
}

/** Whether all tiles have one size and cover the picture, and no row or column of them lies beyond it (section 6.6.2.3). */
function isCovered(picture: Size, { rows, columns, width, height }: Grid, tiles: readonly Size[]): boolean {
  const [tile] = tiles;
  return (
    tile !== undefined &&
    tiles.length === rows * columns &&
    tiles.every((other) => other.width === tile.width && other.height === tile.height) &&
    width === picture.width &&
    height === picture.height &&
    Math.ceil(width / tile.width) === columns &&
    Math.ceil(height / tile.height) === rows
  );
}

function countPixels(sizes: readonly Size[]): number {
  return sizes.reduce((sum, { width, height }) => sum + width * height, 0);
}

/** What an item says of its size; its stream must say the same, or libheif refuses it. */
function readSize(file: Stretch, { properties }: HeifItem): Size {
  const [box, ...others] = properties.filter(({ kind }) => kind === 'ispe');
  if (!box || others.length > 0) throw corruptImage(file.format);
  const reader = new BoxReader(file, box);
  reader.version();
  const size = { width: reader.uint(4), height: reader.uint(4) };
  if (size.width === 0 || size.height === 0) throw corruptImage(file.format);
  return size;
}

/** Whether it is the transparency of another image, and not a map of depth or the like. */
function isAlpha({ bytes }: Stretch, { properties }: HeifItem): boolean {
  const box = properties.find(({ kind }) => kind === 'auxC');
  if (!box) return false;
  const name = String.fromCharCode(
    ...bytes.subarray(box.contentStart + 4, Math.min(box.end, box.contentStart + 64)),
  );
  return /^urn:(mpeg:mpegB:cicp:systems:auxiliary:alpha|mpeg:(hevc|avc):2015:auxid:1)\0/.test(name);
}

interface Grid extends Size {
  readonly rows: number;
  readonly columns: number;
}

function readGrid(file: Stretch, { places }: HeifContents, { id }: HeifItem): Grid {
  const place = places.get(id);
  if (!place) throw corruptImage(file.format);
  const reader = new BoxReader(file, place);
  reader.skip(1);
  const sizeBytes = (reader.uint(1) & 1) === 0 ? 2 : 4;
  return {
    rows: reader.uint(1) + 1,
    columns: reader.uint(1) + 1,
    width: reader.uint(sizeBytes),
    height: reader.uint(sizeBytes),
  };
}
