import readExif from 'exif-reader';
import sharp from 'sharp';
import { recogniseFormat } from '../towers/image/decode/format.js';
import type { ImageFormat } from '../towers/image/decode/format.js';

/** What a photo's header tells, without its pixels; each part only where the header has it. */
export interface PhotoHeader {
  /** Pixels as shown, after the orientation tag. */
  readonly width?: number;
  readonly height?: number;
  readonly shape?: 'landscape' | 'portrait' | 'square';
  readonly format?: ImageFormat;
  readonly takenAt?: Date;
}

/** An offset as EXIF 2.31 writes it (`OffsetTimeOriginal`). */
const OFFSET = /^([+-])(\d{2}):(\d{2})$/;

/**
 * Size, format and time of a JPEG, PNG, WebP, GIF, TIFF or AVIF. Empty for anything else: whether a file is an image is
 * the module's to say. Cameras write local time: it is taken as UTC unless the offset stands beside it.
 */
export async function readPhotoHeader(bytes: Uint8Array): Promise<PhotoHeader> {
  try {
    const format = recogniseFormat(bytes);
    const { exif, autoOrient } = await sharp(bytes).metadata();
    const { width, height } = autoOrient;
    const shape = width === height ? 'square' : width > height ? 'landscape' : 'portrait';
    const takenAt = exif && readTakenAt(exif);
    return { width, height, shape, ...(format ? { format } : {}), ...(takenAt ? { takenAt } : {}) };
  } catch {
    return {};
  }
}

function readTakenAt(exif: Buffer): Date | undefined {
  try {
    return toTakenAt(readExif(exif).Photo);
  } catch {
    return undefined; // broken EXIF data are common, and no reason to lose the rest
  }
}

function toTakenAt(photo: { DateTimeOriginal?: unknown; OffsetTimeOriginal?: unknown } | undefined) {
  const local = photo?.DateTimeOriginal;
  if (!(local instanceof Date) || Number.isNaN(local.getTime())) return undefined;
  const written = photo?.OffsetTimeOriginal;
  const offset = typeof written === 'string' ? OFFSET.exec(written) : null;
  if (!offset) return local;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return new Date(local.getTime() - (offset[1] === '-' ? -minutes : minutes) * 60_000);
}
