import { join } from 'node:path';
import { modelFolder } from './cache.js';
import type { CatalogueEntry } from './catalogue.js';
import { readJsonObject } from './folder/json-file.js';
import { OWN_SETTINGS, parseOwnLayout } from './layouts.js';
import type { Selection } from './layouts.js';
import { filesOfEntry, unpinned, wantedFromCatalogue, wantedFromListing, weightsOf } from './wanted-files.js';
import type { WantedFile } from './wanted-files.js';

/** The files with weights that an ONNX file names, by paths from its own folder; none if it holds all itself. */
export type ExternalFiles = (onnxFile: string) => Promise<readonly string[]>;

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
  /** Whether `wanted` needs the list of the repository's files. */
  readonly needsListing: boolean;
  /**
   * The files needed, given the paths in the repository, in groups: what is in the next group is read from the files of
   * the ones before, which must be in the folder by then. So weights beside a graph come after it, since it alone names them.
   * @throws ModelSourceError `unsupported`, `unsafe`
   */
  wanted(paths: readonly string[]): AsyncIterable<readonly WantedFile[]>;
}

/** What decides which files of a model are needed, and where they go. */
export interface SourceOptions {
  readonly selection: Selection;
  readonly cacheDir: string;
  readonly externalFiles: ExternalFiles;
}

const COMMIT = /^[0-9a-f]{40}$/;

/** A catalogue entry of the hub as a source. `repository` is the entry's, known not to be null. */
export function sourceFromCatalogue(
  entry: CatalogueEntry,
  repository: string,
  { selection, cacheDir, externalFiles }: SourceOptions,
): ModelSource {
  const at = place(repository, entry.revision ?? 'main', cacheDir);
  return {
    ...at,
    name: entry.name,
    entry,
    needsListing: false,
    async *wanted() {
      const { files, graphs } = wantedFromCatalogue(entry, selection);
      yield files;
      for (const graph of graphs) {
        yield weightsOf(graph, await externalFiles(join(at.folder, graph.path)), filesOfEntry(entry));
      }
    },
  };
}

/** Any repository of the hub as a source. Where it has a `handspring.json`, that says what its files are called. */
export function sourceFromHub(
  repository: string,
  revision: string,
  { selection, cacheDir, externalFiles }: SourceOptions,
): ModelSource {
  const at = place(repository, revision, cacheDir);
  return {
    ...at,
    name: revision === 'main' ? repository : `${repository}@${revision}`,
    needsListing: true,
    async *wanted(paths) {
      if (paths.includes(OWN_SETTINGS)) yield [unpinned(OWN_SETTINGS)];
      const ownFile = join(at.folder, OWN_SETTINGS);
      const own = parseOwnLayout((await readJsonObject(ownFile)) ?? {}, ownFile);
      const { files, graphs } = wantedFromListing(repository, paths, selection, own && [own]);
      yield files;
      for (const graph of graphs) yield weightsOf(graph, await externalFiles(join(at.folder, graph.path)));
    },
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
