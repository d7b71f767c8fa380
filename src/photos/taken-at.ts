import readExif from 'exif-reader';

/** An offset as EXIF 2.31 writes it (`OffsetTimeOriginal`), of those that there are: -12:00 to +14:00. */
const OFFSET = /^([+-])(0\d|1[0-4]):([0-5]\d)$/;
/** What has no year of four digits cannot be written as others read it (RFC 3339). */
const LAST_YEAR = 9999;

/**
 * When a photo was taken, by its EXIF data; `undefined` if they do not tell, or tell of a day that there is not: cameras
 * without a clock write zeros. Cameras write local time: it is taken as UTC unless the offset stands beside it.
 */
export function readTakenAt(exif: Buffer): Date | undefined {
  try {
    return toTakenAt(exif);
  } catch {
    return undefined; // broken EXIF data are common, and no reason to lose the rest
  }
}

function toTakenAt(exif: Buffer): Date | undefined {
  const { DateTimeOriginal: local, OffsetTimeOriginal: written } = readExif(exif).Photo ?? {};
  if (!(local instanceof Date) || Number.isNaN(local.getTime())) return undefined;
  // The reader makes 1 January of a 32 December: what it read has to stand there.
  if (!exif.includes(toExifText(local))) return undefined;
  const offset = typeof written === 'string' ? OFFSET.exec(written) : null;
  const minutes = Number(offset?.[2] ?? 0) * 60 + Number(offset?.[3] ?? 0);
  const takenAt = new Date(local.getTime() - (offset?.[1] === '-' ? -minutes : minutes) * 60_000);
  const year = takenAt.getUTCFullYear();
  return year >= 1 && year <= LAST_YEAR ? takenAt : undefined;
}

/** A time as EXIF writes it: `2019:07:14 18:30:05`. */
function toExifText(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
}
