import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { meaningOf } from '../core/system-error.js';
import type { CatalogueEntry } from './catalogue.js';
import { nearNames } from './near-names.js';
import { ModelSourceError } from './source-error.js';

export type ModelReference =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'catalogue'; readonly entry: CatalogueEntry }
  /** `revision` is as written: a commit, a branch or a tag; `main` when left out. */
  | { readonly kind: 'hub'; readonly repository: string; readonly revision: string };

const HUB_REFERENCE = /^([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?:@([A-Za-z0-9][\w.-]*))?$/;
const LOOKS_LIKE_PATH = /^\.{0,2}[\\/]|^\.{1,2}$|^[A-Za-z]:[\\/]/;

/**
 * What `MODEL` names: a catalogue name, else a folder that exists, else `owner/name` or `owner/name@revision` of the
 * hub. Never a guess: a name that is none of these is an error, with the closest catalogue names in it.
 *
 * @throws ModelSourceError `unknown_model`
 */
export function parseModelReference(text: string, catalogue: readonly CatalogueEntry[]): ModelReference {
  const written = text.trim();
  const entry = catalogue.find(({ name }) => name === written);
  if (entry !== undefined) return { kind: 'catalogue', entry };
  if (isFolder(written)) return { kind: 'folder', folder: resolve(written) };
  if (isAbsolute(written) || LOOKS_LIKE_PATH.test(written)) {
    throw new ModelSourceError('unknown_model', `MODEL: expected a folder that exists, received ${written}`);
  }
  const [, repository, revision = 'main'] = HUB_REFERENCE.exec(written) ?? [];
  if (repository !== undefined) return { kind: 'hub', repository, revision };
  throw new ModelSourceError('unknown_model', unknownMessage(written, catalogue));
}

function isFolder(path: string): boolean {
  if (path === '') return false;
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (cause) {
    const message = `MODEL: expected a folder that can be opened, received ${path}: ${meaningOf(cause)}`;
    throw new ModelSourceError('unknown_model', message, { cause });
  }
}

function unknownMessage(written: string, catalogue: readonly CatalogueEntry[]): string {
  // Of the official module's image, whole or its tag alone.
  const tag = written.slice(written.lastIndexOf(':') + 1).toLowerCase();
  const successor = catalogue.find(({ replaces }) => replaces?.toLowerCase() === tag);
  if (successor !== undefined) {
    return `MODEL: ${written} is a tag of the official module; its model is served by ${successor.name} here`;
  }
  const near = nearNames(
    written,
    catalogue.map(({ name }) => name),
  );
  const hint =
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Run `handspring models list` for the names.';
  return `MODEL: expected a catalogue name, a folder, or owner/name@revision of the hub, received "${written}". ${hint}`;
}
