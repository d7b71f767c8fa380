import path from 'node:path';
import type { Location } from '../location.js';
import { NoFileError, openFile } from '../../core/regular-file.js';
import { decodeText, UnreadableTextError } from './decode-text.js';

/** What is larger is no caption but a log or a data set; each is read whole. */
const MOST_BYTES = 2 ** 20;
/** No file of such a name: nor can there be one where the photo's own name leaves no room for a longer ending. */
const ABSENT = ['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'];

/**
 * The caption in `cat.txt`, or in a `cat.json` with a `caption`, for `cat.jpg`.
 * @throws UnreadableTextError that names the file, if its text cannot be read rightly.
 */
export async function readCaptionBeside(photo: Location): Promise<string | undefined> {
  const text = (await readIfThere(photo, '.txt'))?.trim();
  if (text) return text;
  const json = await readIfThere(photo, '.json');
  return json === undefined ? undefined : captionIn(json);
}

/** JSON files beside photos have many owners; one without a caption is somebody else's. */
function captionIn(json: string): string | undefined {
  try {
    const { caption } = JSON.parse(json) as { caption?: unknown };
    return typeof caption === 'string' && caption.trim() !== '' ? caption.trim() : undefined;
  } catch {
    return undefined;
  }
}

async function readIfThere(photo: Location, extension: string): Promise<string | undefined> {
  for (const location of besides(photo, extension)) {
    try {
      return decodeText(await readSmallFile(location));
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      if (ABSENT.includes(code) || error instanceof NoFileError) continue;
      if (error instanceof UnreadableTextError) {
        throw new UnreadableTextError(`the ${extension} file beside it: ${message}`, { cause: error });
      }
      throw error;
    }
  }
  return undefined;
}

async function readSmallFile(location: Location): Promise<Buffer> {
  const file = await openFile(location);
  try {
    const { size } = await file.stat();
    if (size > MOST_BYTES)
      throw new UnreadableTextError(`expected at most ${MOST_BYTES} bytes, received ${size}`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * The names that a file beside a photo may have. Macs write them decomposed (NFD), others composed (NFC): both mean the same;
 * and what ends in `.JPG` may have a `.TXT`.
 */
function besides(photo: Location, extension: string): readonly Location[] {
  const old = path.extname(photo.toString('latin1')).length;
  const endings = [extension, extension.toUpperCase()];
  if (typeof photo !== 'string') {
    const stem = photo.subarray(0, photo.length - old);
    return endings.map((ending) => Buffer.concat([stem, Buffer.from(ending)]));
  }
  const { dir, name } = path.parse(photo);
  const names = new Set([name, name.normalize('NFC'), name.normalize('NFD')]);
  return [...names].flatMap((one) => endings.map((ending) => path.join(dir, one + ending)));
}
