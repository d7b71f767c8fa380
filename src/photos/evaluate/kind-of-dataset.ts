import { HandspringError } from '../../core/errors.js';
import type { MediaKind } from '../media/kind.js';
import { kindOf, PHOTO } from '../media/kinds.js';
import { readHead } from '../media/read-head.js';
import type { CaptionedFile } from './dataset.js';

/**
 * What the files of a dataset are, told by their content. What is of no kind is left to be refused by the tower.
 * @throws HandspringError `invalid_request` if they are of several kinds, as one figure says nothing of both, or a file
 *   cannot be read.
 */
export async function kindOfDataset(files: readonly CaptionedFile[]): Promise<MediaKind> {
  let first: { readonly kind: MediaKind; readonly file: string } | undefined;
  for (const { file } of files) {
    const kind = kindOf(await headOf(file));
    if (kind === undefined) continue;
    first ??= { kind, file };
    if (kind === first.kind) continue;
    const received = `${first.file}, a ${first.kind.one}, and ${file}, a ${kind.one}`;
    throw new HandspringError(
      'invalid_request',
      `captions.json: expected files of one kind, received ${received}`,
    );
  }
  return first?.kind ?? PHOTO;
}

async function headOf(file: string): Promise<Uint8Array> {
  try {
    return await readHead(file);
  } catch (cause) {
    throw new HandspringError('invalid_request', `${file}: ${(cause as Error).message}`, { cause });
  }
}
