import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * The file of a program by its name, in one of the folders of a `PATH`; by a path, that file. `undefined` where there is none that
 * can be run.
 */
export function findProgram(name: string, searchPath: string): string | undefined {
  if (name === '') return undefined;
  const isPath = name.includes('/') || name.includes(path.sep);
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const files = isPath ? [path.resolve(name)] : folders.map((folder) => path.join(folder, name));
  return files.find(canRun);
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
