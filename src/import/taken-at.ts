import readExif from 'exif-reader';
import sharp from 'sharp';

/** An offset as EXIF 2.31 writes it (`OffsetTimeOriginal`). */
const OFFSET = /^([+-])(\d{2}):(\d{2})$/;

/**
 * When a photo was taken, from the EXIF data of a JPEG, PNG, WebP, TIFF or AVIF; `undefined` where there is none that can
 * be read. Cameras write local time: it is taken as UTC unless the offset stands beside it.
 */
export async function readTakenAt(bytes: Uint8Array): Promise<Date | undefined> {
  try {
    const { exif } = await sharp(bytes).metadata();
    return exif && toTakenAt(readExif(exif).Photo);
  } catch {
    return undefined; // a file that is no image is the module's to refuse, and broken EXIF data is common
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
