import { posix } from 'node:path';
import type { Modality } from '../core/modality.js';
import type { CatalogueEntry } from './catalogue.js';
import {
  filePrecision,
  graphFile,
  isInside,
  LAYOUTS,
  modalitiesOf,
  placesOf,
  towerFiles,
} from './layouts.js';
import type { Layout, Selection, TowerFiles } from './layouts.js';
import { ModelSourceError } from './source-error.js';

/** One file a model folder must hold, and where it comes from. */
export interface WantedFile {
  /** Path in the model folder, with `/`. */
  readonly path: string;
  /** Path in the repository. */
  readonly hubPath: string;
  /** Another repository than the model's own. */
  readonly from?: { readonly repository: string; readonly revision: string };
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** What is wanted of a model before any of it is here. */
export interface Wanted {
  readonly files: readonly WantedFile[];
  /** The ONNX files among them. */
  readonly graphs: readonly WantedFile[];
}

/**
 * The files of a catalogue entry that serve the selection: only the towers in `modalities`, in one precision.
 *
 * @throws ModelSourceError `unsupported` if the entry has no files of that precision
 */
export function wantedFromCatalogue(entry: CatalogueEntry, selection: Selection): Wanted {
  const files = filesOfEntry(entry);
  const present = [...files.map(({ path }) => path), ...(entry.generated ?? []).map(({ to }) => to)];
  const found = towerFiles(present, selection);
  if (found !== undefined) return pick(files, found);
  const there = towersOf(entry);
  const absent = selection.modalities.filter((modality) => !there.includes(modality));
  if (absent.length > 0)
    throw new ModelSourceError(
      'unsupported',
      `${entry.name}: it has no ${absent.join(' and ')} tower; MODALITIES=${there.join()} serves what there is`,
    );
  const lacks = selection.modalities.filter(
    (modality) => towerFiles(present, { ...selection, modalities: [modality] }) === undefined,
  );
  throw new ModelSourceError(
    'unsupported',
    `${entry.name}: no ${filePrecision(selection.precision)} file for ${lacks.join(' and ')} is published; ` +
      'choose another PRECISION or model',
  );
}

/** The modalities that a catalogue entry has towers for, in whatever precision. */
export function towersOf(entry: CatalogueEntry): Modality[] {
  if (entry.repository === null) return modalitiesOf(); // what is shipped has all of them
  const present = filesOfEntry(entry).map(({ path }) => path);
  return modalitiesOf().filter((modality) =>
    placesOf(modality).some((place) =>
      (['fp32', 'fp16'] as const).some((precision) => present.includes(graphFile(place, precision))),
    ),
  );
}

/** Every file of a catalogue entry, by its place in the model folder. */
export function filesOfEntry({ files }: CatalogueEntry): WantedFile[] {
  return files.map(({ path, to = path, ...rest }) => ({ ...rest, path: to, hubPath: path }));
}

/**
 * The files of any repository that serve the selection. `paths` is everything the repository (or its lock file) lists,
 * `layouts` what they may be called.
 *
 * @throws ModelSourceError `unsupported` if the files fit none of the layouts
 */
export function wantedFromListing(
  repository: string,
  paths: readonly string[],
  selection: Selection,
  layouts: readonly Layout[] = LAYOUTS,
): Wanted {
  const found = towerFiles(paths, selection, layouts);
  if (found !== undefined) return pick(paths.map(unpinned), found);
  const { modalities, precision } = selection;
  const forms = layouts.flatMap(({ towers }) => {
    const chosen = modalities.flatMap((modality) => towers[modality] ?? []);
    const graphs = new Set(chosen.map((tower) => graphFile(tower, precision)));
    return chosen.length < modalities.length ? [] : [[...graphs].join(' and ')];
  });
  const served = modalitiesOf(layouts).filter(
    (modality) => towerFiles(paths, { precision, modalities: [modality] }, layouts) !== undefined,
  );
  const remedy = served.length === 0 ? '' : `; MODALITIES=${served.join()} serves what there is`;
  throw new ModelSourceError(
    'unsupported',
    `${repository}: expected ${filePrecision(precision)} ONNX files for ${modalities.join(' and ')} ` +
      `as ${forms.join(', or ')}, with their settings and tokenizer; found none of these${remedy}`,
  );
}

/** A file of a repository that nothing is known of beforehand. */
export function unpinned(path: string): WantedFile {
  return { path, hubPath: path, sha256: null, bytes: null };
}

/**
 * The files with a graph's weights, which the graph names by paths from its own folder.
 *
 * @param known Files that something is known of, such as their hashes.
 * @throws ModelSourceError `unsafe` if the graph names a file outside of its folder
 */
export function weightsOf(
  graph: WantedFile,
  names: readonly string[],
  known: readonly WantedFile[] = [],
): WantedFile[] {
  return [...new Set(names)].map((name) => {
    if (!isInside(name)) {
      throw new ModelSourceError(
        'unsafe',
        `${graph.path}: expected its weights in files of its folder, it names ${JSON.stringify(name)}`,
      );
    }
    const path = posix.join(posix.dirname(graph.path), name);
    const hubPath = posix.join(posix.dirname(graph.hubPath), name);
    return known.find((file) => file.path === path) ?? { ...graph, path, hubPath, sha256: null, bytes: null };
  });
}

function pick(files: readonly WantedFile[], { paths, graphs }: TowerFiles): Wanted {
  const of = (names: readonly string[]) => files.filter(({ path }) => names.includes(path));
  return { files: of(paths), graphs: of(graphs) };
}
