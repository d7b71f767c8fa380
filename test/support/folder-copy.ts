import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fixtureFolder } from './model-fixture.js';

/** A fixture's folder to be changed, in the system's folder for such things. */
export interface FolderCopy {
  readonly folder: string;
  remove(file: string): Promise<void>;
  /** Into a folder that need not be there. */
  rename(file: string, to: string): Promise<void>;
  /** Leaves the first `bytes` bytes of a file; a negative number takes so many off its end. */
  truncate(file: string, bytes: number): Promise<void>;
  /** Changes keys at the top of a JSON file. */
  edit(file: string, changes: Record<string, unknown>): Promise<void>;
  discard(): Promise<void>;
}

export async function copyFixture(name: string): Promise<FolderCopy> {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'models-'));
  const folder = path.join(parent, name);
  await cp(fixtureFolder(name), folder, { recursive: true });
  const at = (file: string) => path.join(folder, file);
  return {
    folder,
    remove: (file) => rm(at(file)),
    rename: async (file, to) => {
      await mkdir(path.dirname(at(to)), { recursive: true });
      await rename(at(file), at(to));
    },
    truncate: async (file, bytes) => writeFile(at(file), (await readFile(at(file))).subarray(0, bytes)),
    edit: async (file, changes) => {
      const value = JSON.parse(await readFile(at(file), 'utf8')) as Record<string, unknown>;
      await writeFile(at(file), JSON.stringify({ ...value, ...changes }));
    },
    discard: () => rm(parent, { recursive: true }),
  };
}
