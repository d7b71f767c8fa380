import { isUtf8 } from 'node:buffer';
import path from 'node:path';

/** Where a file can be opened: bytes where the name of it, or of a folder on the way, is not UTF-8. */
export type Location = string | Buffer;

/** A byte that is no part of UTF-8, as it is written in a path; the backslash of what looks like one is written so too. */
const ESCAPED = /\\x([0-9A-F]{2})/g;
const LONGEST_CHARACTER = 4;

/** The location of an entry of a folder. */
export function joinLocation(folder: Location, name: Buffer): Location {
  if (typeof folder === 'string' && isUtf8(name)) return path.join(folder, name.toString());
  return Buffer.concat([Buffer.from(folder), Buffer.from(path.sep), name]);
}

/** A name for people, from which `toLocation` gets the bytes back: what is not UTF-8 stands as `\xE9`. */
export function toPathPart(name: Buffer): string {
  if (isUtf8(name)) return escapeBackslashes(name.toString());
  let part = '';
  for (let at = 0; at < name.length;) {
    const length = characterLength(name, at);
    const bytes = name.subarray(at, at + Math.max(length, 1));
    part += length > 0 ? bytes.toString() : `\\x${bytes.toString('hex').toUpperCase()}`;
    at += bytes.length;
  }
  return part;
}

/** Where a photo lies by its path below `root`. */
export function toLocation(root: string, photoPath: string): Location {
  if (path.sep !== '/' || photoPath.search(ESCAPED) < 0) return path.join(root, photoPath);
  const bytes: Buffer[] = [Buffer.from(`${path.resolve(root)}/`)];
  let from = 0;
  for (const match of photoPath.matchAll(ESCAPED)) {
    bytes.push(Buffer.from(photoPath.slice(from, match.index)), Buffer.from(match[1] ?? '', 'hex'));
    from = match.index + match[0].length;
  }
  const location = Buffer.concat([...bytes, Buffer.from(photoPath.slice(from))]);
  return isUtf8(location) ? location.toString() : location;
}

function escapeBackslashes(name: string): string {
  return name.replace(ESCAPED, '\\x5Cx$1');
}

/** How many bytes the character at `at` has; 0 if there is none. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= LONGEST_CHARACTER && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
