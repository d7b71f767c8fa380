import { join } from 'node:path';
import { readIfThere } from '../core/optional-file.js';
import { writeAtOnce } from '../core/write-at-once.js';
import type { CatalogueEntry } from './catalogue.js';
import { OWN_SETTINGS } from './layouts.js';

/** A small file of a model folder that this program writes itself. */
export interface OwnFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The files that come from the catalogue and not from a hub: `handspring.json`, by which a folder says its name, its
 * normalisation and what to know of it, and the settings that a repository lacks.
 */
export function ownFiles({ name, title, normalise, caution, generated = [] }: CatalogueEntry): OwnFile[] {
  return [
    { to: OWN_SETTINGS, content: { name, title, normalize: normalise, note: caution } },
    ...generated,
  ].map(({ to, content }) => ({ path: to, text: `${JSON.stringify(content, null, 2)}\n` }));
}

/** Makes the folder hold these files, each written in one step; what is the same already is not touched. */
export async function putOwnFiles(folder: string, files: readonly OwnFile[]): Promise<void> {
  for (const { path, text } of files) {
    const target = join(folder, path);
    if ((await readIfThere(target)) !== text) await writeAtOnce(target, text);
  }
}
