import { loadCatalogue } from '../../models/catalogue.js';
import type { CatalogueEntry } from '../../models/catalogue.js';
import { formatBytes } from '../../models/hub/disk-space.js';
import { checkFolder } from '../../models/hub/check-folder.js';
import { readLockFile } from '../../models/hub/lock-file.js';
import type { LockFile } from '../../models/hub/lock-file.js';
import { modelFolder } from '../../models/cache.js';
import { resolveModel } from '../../models/resolve.js';
import type { ResolvedModel, ResolveOptions } from '../../models/resolve.js';
import type { ProgressStream } from '../progress-bar.js';
import { tableLines } from '../table.js';
import { showPull } from './pull-progress.js';

/** Where a command writes: its answer to `out`, everything else to `progress`. */
export interface CommandIo {
  readonly out: (line: string) => void;
  readonly progress: ProgressStream;
}

export type ModelsOptions = Omit<ResolveOptions, 'onEvent'>;

/** `handspring models list`: every model of the catalogue, and which lie in the cache. Answers the exit code. */
export async function runModelsList(options: ModelsOptions, io: CommandIo): Promise<number> {
  const catalogue = options.catalogue ?? loadCatalogue();
  const rows = await Promise.all(
    catalogue.map(async (entry) => toRow(entry, await cacheState(entry, options))),
  );
  for (const line of tableLines(HEADERS, rows)) io.out(line);
  const untried = catalogue.filter(({ ranOnRealWeights }) => !ranOnRealWeights).length;
  io.out('');
  io.out(
    `${untried} of these ${catalogue.length} have not been run on their real weights here; see docs/models.md.`,
  );
  return 0;
}

const HEADERS = ['NAME', 'CACHE', 'DIM', 'LICENCE', 'CHOOSE IT FOR'];

function toRow(entry: CatalogueEntry, cache: string): string[] {
  return [entry.name, cache, String(entry.dimensions), entry.licence, entry.choose];
}

async function cacheState(entry: CatalogueEntry, { cacheDir }: ModelsOptions): Promise<string> {
  if (entry.repository === null) return 'shipped';
  const lock = await readLockFile(modelFolder(cacheDir, entry.repository, entry.revision ?? 'main'));
  return lock === undefined ? '-' : formatBytes(totalBytes(lock));
}

/** `handspring models pull NAME`: fetches what is missing, prints the folder. */
export async function runModelsPull(
  reference: string,
  options: ModelsOptions,
  io: CommandIo,
): Promise<number> {
  const model = await resolveShowing(reference, options, io);
  io.out(model.folder);
  return 0;
}

/** `handspring models path NAME`: prints the folder of a complete copy; never touches the network. */
export async function runModelsPath(
  reference: string,
  options: ModelsOptions,
  io: CommandIo,
): Promise<number> {
  io.out((await resolveModel(reference, { ...options, cacheOnly: true })).folder);
  return 0;
}

/** `handspring models verify NAME`: reads every file through and compares it with what was accepted. No network. */
export async function runModelsVerify(
  reference: string,
  options: ModelsOptions,
  io: CommandIo,
): Promise<number> {
  const model = await resolveModel(reference, { ...options, cacheOnly: true });
  const lock = await readLockFile(model.folder);
  if (lock === undefined) {
    io.out(
      `${model.folder}: no lock file, so nothing to compare with; folders of your own are taken as they are`,
    );
    return 0;
  }
  const locked = Object.entries(lock.files);
  const all = locked.map(([path]) => ({ path, hubPath: path, sha256: null, bytes: null }));
  const { missing } = await checkFolder(model.folder, all, lock);
  io.out(`${lock.repository} at ${lock.revision}`);
  for (const [path, { bytes, sha256 }] of locked) {
    const state = missing.some((file) => file.path === path) ? 'deleted' : 'as accepted';
    io.out(`${sha256}  ${path}  ${formatBytes(bytes)}, ${state}`);
  }
  return 0;
}

/** The model, fetched if need be, with the download shown. */
export async function resolveShowing(
  reference: string,
  options: ModelsOptions,
  io: CommandIo,
): Promise<ResolvedModel> {
  const shown = showPull(io.progress);
  try {
    return await resolveModel(reference, { ...options, onEvent: shown.listener });
  } finally {
    shown.stop();
  }
}

function totalBytes({ files }: LockFile): number {
  return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
}
