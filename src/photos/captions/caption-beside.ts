import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Location } from '../location.js';
import { UnknownEncodingError, decodeText } from './decode-text.js';

/**
 * The caption in `cat.txt`, or in a `cat.json` with a `caption`, for `cat.jpg`.
 * @throws UnknownEncodingError that names the file, if its text cannot be read rightly.
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
  try {
    return decodeText(await readFile(beside(photo, extension)));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    if (error instanceof UnknownEncodingError) {
      throw new UnknownEncodingError(`the ${extension} file beside it: ${message}`, { cause: error });
    }
    throw error;
  }
}

function beside(photo: Location, extension: string): Location {
  const old = path.extname(photo.toString('latin1')).length;
  if (typeof photo === 'string') return photo.slice(0, photo.length - old) + extension;
  return Buffer.concat([photo.subarray(0, photo.length - old), Buffer.from(extension)]);
}
