import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Modality } from '../core/modality.js';
import type { CatalogueEntry } from './catalogue.js';

/** A small file of a model folder that this program writes itself. */
export interface OwnFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The files that come from the catalogue and not from a hub: `handspring.json`, by which a folder says its name, its
 * normalisation and what to know of it, and the settings that a repository lacks.
 */
export function ownFiles(entry: CatalogueEntry, modalities: readonly Modality[]): OwnFile[] {
  const { name, title, normalise, caution } = entry;
  const settings = (entry.generated ?? []).filter(({ towers }) => towers.some((t) => modalities.includes(t)));
  return [
    { to: 'handspring.json', content: { name, title, normalize: normalise, note: caution } },
    ...settings,
  ].map(({ to, content }) => ({ path: to, text: `${JSON.stringify(content, null, 2)}\n` }));
}

/** Makes the folder hold these files, each written in one step; what is the same already is not touched. */
export async function putOwnFiles(folder: string, files: readonly OwnFile[]): Promise<void> {
  for (const { path, text } of files) {
    const target = join(folder, path);
    if ((await readFile(target, 'utf8').catch(() => undefined)) === text) continue;
    await mkdir(dirname(target), { recursive: true });
    // Two processes may do this at once; each has a name of its own until the last step.
    const partial = `${target}.${process.pid}.partial`;
    await writeFile(partial, text);
    await rename(partial, target);
  }
}
