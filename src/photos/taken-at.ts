import readExif from 'exif-reader';

/** An offset as EXIF 2.31 writes it (`OffsetTimeOriginal`). */
const OFFSET = /^([+-])(\d{2}):(\d{2})$/;

/**
 * When a photo was taken, by its EXIF data; `undefined` if they do not tell. Cameras write local time: it is taken as UTC
 * unless the offset stands beside it.
 */
export function readTakenAt(exif: Buffer): Date | undefined {
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
