import type { Modality } from '../core/modality.js';
import { modelFolder } from './cache.js';
import { loadCatalogue } from './catalogue.js';
import { loadModelFolder } from './folder/folder.js';
import { createHub } from './hub/hub.js';
import { readLockFile } from './hub/lock-file.js';
import { filePrecision, OWN_SETTINGS, towerFiles } from './layouts.js';
import { parseModelReference } from './reference.js';
import { folderAtHand } from './resolve.js';
import type { ResolveOptions } from './resolve.js';
import { filesOfEntry } from './wanted-files.js';

type TowerOptions = Pick<
  ResolveOptions,
  'cacheDir' | 'offline' | 'precision' | 'hub' | 'catalogue' | 'createHub'
>;

/**
 * Those of the modalities that a model has towers for, all of them to be served together, before any of it is fetched: by the
 * folder, by the catalogue, by the list of a repository's files, or by those that are here already.
 * @param asked Best first: where a folder has several layouts, the first say which.
 * @returns Nothing where that cannot be told: the model does not exist, its hub does not answer, or it says in a file of its own
 * what its towers are called.
 */
export async function towersThere(
  reference: string,
  asked: readonly Modality[],
  options: TowerOptions,
): Promise<readonly Modality[] | undefined> {
  const { precision, catalogue = loadCatalogue() } = options;
  const folder = atHand(reference, options);
  if (folder !== undefined) {
    const find = (modalities: readonly Modality[]) =>
      loadModelFolder(folder, { modalities, precision: filePrecision(precision) }).then(
        () => true,
        () => false, // whatever else is wrong with a folder is told when it is loaded
      );
    return oneByOne(asked, find);
  }
  const found = parse(reference, options);
  if (found === undefined || found.kind === 'folder') return undefined;
  const paths =
    found.kind === 'catalogue'
      ? pathsOfEntry(reference, catalogue)
      : await pathsOfRepository(found.repository, found.revision, options);
  if (paths === undefined || paths.includes(OWN_SETTINGS)) return undefined;
  return oneByOne(asked, (modalities) =>
    Promise.resolve(towerFiles(paths, { modalities, precision }) !== undefined),
  );
}

async function oneByOne(
  asked: readonly Modality[],
  find: (modalities: readonly Modality[]) => Promise<boolean>,
): Promise<Modality[]> {
  const there: Modality[] = [];
  for (const modality of asked) if (await find([...there, modality])) there.push(modality);
  return there;
}

/** A name that is none is told when the model is asked for. */
function parse(reference: string, { catalogue = loadCatalogue() }: TowerOptions) {
  try {
    return parseModelReference(reference, catalogue);
  } catch {
    return undefined;
  }
}

function atHand(reference: string, options: TowerOptions): string | undefined {
  return parse(reference, options) && folderAtHand(reference, options.catalogue);
}

function pathsOfEntry(name: string, catalogue: NonNullable<TowerOptions['catalogue']>): string[] | undefined {
  const entry = catalogue.find((one) => one.name === name.trim());
  return entry && [...filesOfEntry(entry).map(({ path }) => path), ...(entry.generated ?? []).map(({ to }) => to)];
}

async function pathsOfRepository(
  repository: string,
  revision: string,
  { cacheDir, offline, hub: settings, createHub: create = createHub }: TowerOptions,
): Promise<readonly string[] | undefined> {
  const lock = await readLockFile(modelFolder(cacheDir, repository, revision)).catch(() => undefined);
  const fetched = lock && Object.keys(lock.files);
  if (offline) return fetched;
  const hub = create(settings);
  try {
    return (await hub.list(repository, lock?.revision ?? revision)).paths;
  } catch {
    return fetched; // that a hub does not answer is told when something is fetched
  } finally {
    await hub.close();
  }
}
