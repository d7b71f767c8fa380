import { stat } from 'node:fs/promises';
import path from 'node:path';
import { HandspringError } from '../core/errors.js';
import { meaningOf } from '../core/system-error.js';
import type { MediaKind } from './media/kind.js';

/** What is to be imported, and what its paths are relative to. */
export interface Sources {
  readonly root: string;
  /** Absolute paths of the folders and files given. */
  readonly given: readonly string[];
  /** Patterns of what is left out; see `excludeBy`. */
  readonly exclude?: readonly string[];
  /** What is taken; photos alone unless it is given. */
  readonly kinds?: readonly MediaKind[];
  /** False where what only ffmpeg reads is passed over, as there is none. */
  readonly hasFfmpeg?: boolean;
}

/**
 * The folder that paths are relative to: the one asked for, else the folder given, or the deepest one that holds all that
 * is given.
 * @throws HandspringError `invalid_request` if something given is not there, or not below the root.
 */
export async function resolveSources(
  given: readonly string[],
  { root = '', exclude = [] }: { readonly root?: string; readonly exclude?: readonly string[] } = {},
): Promise<Sources> {
  if (given.includes(''))
    throw new HandspringError('invalid_request', 'expected a folder or a file, received an empty name');
  const absolute = given.map((entry) => path.resolve(entry));
  const folders = await Promise.all(absolute.map(folderOf));
  const resolved = root === '' ? commonFolder(folders) : path.resolve(root);
  const outside = absolute.findIndex((entry) => path.relative(resolved, entry).startsWith('..'));
  if (outside >= 0) {
    throw new HandspringError(
      'invalid_request',
      `${given[outside]}: expected a path below --root ${root}, received one outside`,
    );
  }
  return { root: resolved, given: absolute, exclude };
}

async function folderOf(entry: string): Promise<string> {
  try {
    return (await stat(entry)).isDirectory() ? entry : path.dirname(entry);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const received = code === 'ENOENT' ? 'nothing' : meaningOf(cause);
    throw new HandspringError(
      'invalid_request',
      `${entry}: expected a folder or a file, received ${received}`,
      { cause },
    );
  }
}

function commonFolder(folders: readonly string[]): string {
  const [first = [], ...rest] = folders.map((folder) => folder.split(path.sep));
  const differs = first.findIndex((part, at) => rest.some((parts) => parts[at] !== part));
  return first.slice(0, differs < 0 ? first.length : differs).join(path.sep) || path.sep;
}
