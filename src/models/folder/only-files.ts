import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ModelFolderError } from './folder-error.js';

/**
 * Passes a model folder that holds files and folders, links to them included. A pipe or a device in the place of one would be
 * waited for without end, in a thread that nothing ends; a folder by the name of a file is no file. What may not be looked at is nothing that a model is read from, or said when
 * it is read.
 * @throws ModelFolderError that names it.
 */
export async function requireOnlyFiles(folder: string): Promise<void> {
  for (const room of await entriesOf(folder)) {
    requireKnown(room);
    if (room.isFolder) for (const entry of await entriesOf(room.place)) requireKnown(entry);
  }
}

interface Entry {
  readonly place: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
}

async function entriesOf(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const place = path.join(folder, name);
    const facts = await stat(place).catch(() => undefined);
    if (facts) entries.push({ place, isFolder: facts.isDirectory(), isFile: facts.isFile() });
  }
  return entries;
}

function requireKnown({ place, isFolder, isFile }: Entry): void {
  if (isFolder && /\.(onnx|json)$/.test(place))
    throw new ModelFolderError(`${place}: expected a file, received a folder`);
  if (!isFolder && !isFile)
    throw new ModelFolderError(`${place}: expected a file, received a pipe, a socket or a device`);
}
