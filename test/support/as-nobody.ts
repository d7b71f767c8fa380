import { chmod } from 'node:fs/promises';

/** Debian's and most others' `nobody`. */
const NOBODY = 65_534;

/**
 * Does `work` as a user whom the rights of files concern: where the tests run as root, which may read everything, as nobody.
 * @param folder One that a test has made: nobody may enter it.
 */
export async function asNobody<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  await chmod(folder, 0o755);
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
