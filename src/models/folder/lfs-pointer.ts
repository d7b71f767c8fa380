import { open } from 'node:fs/promises';
import { ModelFolderError } from './folder-error.js';

/** How a pointer begins that stands for a large file where a repository was cloned without Git LFS (its specification, v1). */
const BEGINNING = 'version https://git-lfs.github.com/spec/';

/** The error of a file that is only a pointer to its content, if it is one. */
export function lfsPointerError(file: string, beginning: string, expected: string): ModelFolderError | undefined {
  if (!beginning.startsWith(BEGINNING)) return undefined;
  return new ModelFolderError(
    `${file}: expected ${expected}, received a Git LFS pointer; fetch what it stands for with \`git lfs pull\``,
  );
}

/** @throws ModelFolderError if the file is a pointer of Git LFS. */
export async function requireNoPointer(file: string, expected: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING.length));
    const error = lfsPointerError(file, buffer.toString('latin1', 0, bytesRead), expected);
    if (error) throw error;
  } finally {
    await handle.close();
  }
}
