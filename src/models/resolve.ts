import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../core/own-module.js';
import type { Modality } from '../core/modality.js';
import { loadCatalogue } from './catalogue.js';
import type { CatalogueEntry } from './catalogue.js';
import { checkFolder } from './hub/check-folder.js';
import { freeBytes } from './hub/disk-space.js';
import { ownFiles, putOwnFiles } from './generated-files.js';
import { createHub } from './hub/hub.js';
import type { Hub, HubSettings } from './hub/hub.js';
import { readLockFile } from './hub/lock-file.js';
import type { LockFile } from './hub/lock-file.js';
import type { Precision } from './layouts.js';
import { sourceFromCatalogue, sourceFromHub } from './model-source.js';
import type { ExternalFiles, ModelSource } from './model-source.js';
import type { PullListener } from './hub/pull-events.js';
import { pullModel } from './hub/pull.js';
import { parseModelReference } from './reference.js';
import { RETRY_POLICY } from '../core/retry.js';
import type { RetryPolicy } from '../core/retry.js';
import { ModelSourceError } from './source-error.js';

export interface ResolveOptions {
  readonly cacheDir: string;
  /** `true`: the network is never touched; a model that is not complete in the cache is an error. */
  readonly offline: boolean;
  /** `true`: nothing is fetched by this call, though the person did not forbid it. */
  readonly cacheOnly?: boolean;
  /** Only the files of these towers are fetched and checked. */
  readonly modalities: readonly Modality[];
  readonly precision: Precision;
  readonly hub: HubSettings;
  /** What an ONNX file says of its weights: a copy without them is not complete. */
  readonly externalFiles: ExternalFiles;
  readonly onEvent?: PullListener;
  readonly catalogue?: readonly CatalogueEntry[];
  readonly retry?: RetryPolicy;
  /** For tests: the client to use instead of one for `hub`. */
  readonly createHub?: (settings: HubSettings) => Hub;
}

export interface ResolvedModel {
  /** Holds every file the selection needs, checked against the lock file where there is one. */
  readonly folder: string;
  /** Catalogue name, `owner/name@revision`, or the folder itself. */
  readonly name: string;
  /** The commit the files are from; absent for folders and for the model shipped with the program. */
  readonly revision?: string;
  readonly entry?: CatalogueEntry;
  /** SHA-256 by path of the files that were compared with the lock file, or fetched, in this call. */
  readonly hashes?: ReadonlyMap<string, string>;
}

const STARTER_FOLDER = fileURLToPath(new URL('models/starter', ROOT));

/**
 * The folder of the model that `reference` names, fetched first if it is not complete in the cache and the options do
 * not forbid it. Files of the cache are read through and compared with the lock file on every call. A folder of the
 * person's own is taken as it is.
 *
 * @throws ModelSourceError
 */
export async function resolveModel(reference: string, options: ResolveOptions): Promise<ResolvedModel> {
  const found = parseModelReference(reference, options.catalogue ?? loadCatalogue());
  if (found.kind === 'folder') return { folder: found.folder, name: found.folder };
  const { modalities, precision, cacheDir, externalFiles } = options;
  const sourceOptions = { selection: { modalities, precision }, cacheDir, externalFiles };
  if (found.kind === 'hub') {
    const source = sourceFromHub(found.repository, found.revision, sourceOptions);
    return { folder: source.folder, name: source.name, ...(await makeComplete(source, options)) };
  }
  const { entry } = found;
  if (entry.repository === null) return { folder: STARTER_FOLDER, name: entry.name, entry };
  const source = sourceFromCatalogue(entry, entry.repository, sourceOptions);
  const complete = await makeComplete(source, options);
  await putOwnFiles(source.folder, ownFiles(entry));
  return { folder: source.folder, name: source.name, ...complete, entry };
}

/** The folder of a model that needs no fetching: one of the person's own, or the one shipped with the program. */
export function folderAtHand(reference: string, catalogue = loadCatalogue()): string | undefined {
  const found = parseModelReference(reference, catalogue);
  if (found.kind === 'folder') return found.folder;
  return found.kind === 'catalogue' && found.entry.repository === null ? STARTER_FOLDER : undefined;
}

/** The commit the source's files are from, and their hashes, once they are all there and right. */
async function makeComplete(source: ModelSource, options: ResolveOptions) {
  const cached = await findCached(source);
  const { revision, files } = cached.lock ?? (await fetchModel(source, options, cached.missing));
  const hashes = new Map<string, string>();
  for await (const group of source.wanted(Object.keys(files))) {
    for (const { path } of group) hashes.set(join(source.folder, path), files[path]?.sha256 ?? '');
  }
  return { revision, hashes };
}

/** The lock file of a complete and unchanged copy, or what is missing to one. */
async function findCached(source: ModelSource): Promise<{ lock?: LockFile; missing: readonly string[] }> {
  const lock = await readLockFile(source.folder);
  if (lock === undefined) return { missing: ['everything'] };
  try {
    for await (const group of source.wanted(Object.keys(lock.files))) {
      const { missing } = await checkFolder(source.folder, group, lock);
      if (missing.length > 0) return { missing: missing.map(({ path }) => path) };
    }
    return { lock, missing: [] };
  } catch (error) {
    // The lock file lists what was fetched so far, which may be another tower or precision than is wanted now.
    const partial = error instanceof ModelSourceError && error.code === 'unsupported' && source.needsListing;
    if (partial) return { missing: ['files of this precision or tower'] };
    throw error;
  }
}

async function fetchModel(
  source: ModelSource,
  options: ResolveOptions,
  missing: readonly string[],
): Promise<LockFile> {
  const { offline, cacheOnly = false } = options;
  if (offline || cacheOnly) {
    throw new ModelSourceError(
      'not_cached',
      `${source.name}: expected a complete copy in ${source.folder}, missing ${missing.join(', ')}; ` +
        `run \`handspring models pull ${source.name}\`${offline ? ' with OFFLINE unset' : ''}`,
    );
  }
  const hub = (options.createHub ?? createHub)(options.hub);
  const tools = {
    hub,
    retry: options.retry ?? RETRY_POLICY,
    freeBytes,
    listener: options.onEvent ?? (() => {}),
  };
  try {
    return await pullModel(source, tools);
  } finally {
    await hub.close();
  }
}
