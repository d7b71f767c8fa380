import { readFileSync } from 'node:fs';
import { ROOT } from '../core/own-module.js';

export interface CatalogueFile {
  /** Path in the hub repository. */
  readonly path: string;
  /** Path in the model folder, where that differs. */
  readonly to?: string;
  /** `null`: not known when the catalogue was written; taken from the hub and locked on the first download. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Another repository that has this file, where the model's own lacks it. */
  readonly from?: { readonly repository: string; readonly revision: string };
}

/** A small settings file that no repository has and that is written into the model folder as it stands here. */
export interface GeneratedFile {
  readonly to: string;
  readonly content: unknown;
}

export interface CatalogueEntry {
  readonly name: string;
  readonly title: string;
  /** `null`: the model is shipped with this program. */
  readonly repository: string | null;
  /** A full commit hash, or `null`: the head of `main` on the first download, locked from then on. */
  readonly revision: string | null;
  /** Which of them a tower or a precision needs, their places in the folder say: see `LAYOUTS`. */
  readonly files: readonly CatalogueFile[];
  readonly generated?: readonly GeneratedFile[];
  readonly dimensions: number;
  /** Longest text, in tokens. */
  readonly context: number;
  readonly licence: string;
  readonly languages: string;
  /** Whether vectors are scaled to unit length by default, as the official tag does it. */
  readonly normalise: boolean;
  /** The tag of the official module's image that answers the same vectors. */
  readonly replaces: string | null;
  /** One line on when to choose it. */
  readonly choose: string;
  /** What to check before relying on it. */
  readonly caution?: string;
  /** Whether this program has been run on these very weights. */
  readonly ranOnRealWeights: boolean;
}

interface Catalogue {
  readonly models: readonly CatalogueEntry[];
}

let loaded: readonly CatalogueEntry[] | undefined;

const CATALOGUE_FILE = new URL('models/catalogue.json', ROOT);

/** The models known by name, from `models/catalogue.json`, smallest first. Read once; its form is held by the tests. */
export function loadCatalogue(): readonly CatalogueEntry[] {
  return (loaded ??= (JSON.parse(readFileSync(CATALOGUE_FILE, 'utf8')) as Catalogue).models);
}
