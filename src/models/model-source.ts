import { modelFolder } from './cache.js';
import type { CatalogueEntry } from './catalogue.js';
import { wantedFromCatalogue, wantedFromListing, type Selection, type WantedFile } from './folder/wanted-files.js';

/** A model of the hub, and how to tell which of its files are needed. */
export interface ModelSource {
  /** As the person wrote it: for messages and for what to run. */
  readonly name: string;
  readonly repository: string;
  /** As asked for: a commit, a branch or a tag. */
  readonly revision: string;
  /** The revision, if it is a commit and so cannot move. */
  readonly commit: string | undefined;
  readonly folder: string;
  readonly entry?: CatalogueEntry;
  /** Whether `wanted` needs no list of the repository's files. */
  readonly isComplete: boolean;
  /** The files needed, given the paths in the repository. @throws ModelSourceError `unsupported` */
  wanted(paths: readonly string[]): WantedFile[];
}

const COMMIT = /^[0-9a-f]{40}$/;

/** A catalogue entry of the hub as a source. `repository` is the entry's, known not to be null. */
export function sourceFromCatalogue(
  entry: CatalogueEntry,
  repository: string,
  selection: Selection,
  cacheDir: string,
): ModelSource {
  const revision = entry.revision ?? 'main';
  return {
    ...place(repository, revision, cacheDir),
    name: entry.name,
    entry,
    isComplete: true,
    wanted: () => wantedFromCatalogue(entry, selection),
  };
}

/** Any repository of the hub as a source. */
export function sourceFromHub(
  repository: string,
  revision: string,
  selection: Selection,
  cacheDir: string,
): ModelSource {
  return {
    ...place(repository, revision, cacheDir),
    name: revision === 'main' ? repository : `${repository}@${revision}`,
    isComplete: false,
    wanted: (paths) => wantedFromListing(repository, paths, selection),
  };
}

function place(repository: string, revision: string, cacheDir: string) {
  return {
    repository,
    revision,
    commit: COMMIT.test(revision) ? revision : undefined,
    folder: modelFolder(cacheDir, repository, revision),
  };
}
