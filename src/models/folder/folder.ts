import path from 'node:path';
import type { Modality } from '../../core/modality.js';
import { statIfThere } from '../../core/optional-file.js';
import { graphFile, LAYOUTS, modalitiesOf, MODEL_SETTINGS, OWN_SETTINGS, parseOwnLayout, placesOf, USUAL_TOWERS } from '../layouts.js';
import type { FilePrecision, Layout, TowerLayout } from '../layouts.js';
import { ModelFolderError } from './folder-error.js';
import { readJsonObject } from './json-file.js';
import type { JsonObject } from './json-file.js';
import { matryoshkaDimensions } from './matryoshka.js';
import { readPrompts } from './prompts.js';
import type { PromptSettings } from './prompts.js';

/** A model as it lies on disk: which files its towers are. Plain data, which may be posted to a thread. */
export interface ModelFolder extends PromptSettings {
  readonly folder: string;
  readonly name: string;
  /** One line for people, such as the search page's. */
  readonly title: string;
  /** What a user must know of the model, if its folder says so. */
  readonly note: string | undefined;
  /** The terms of its weights, if its folder says them. */
  readonly licence?: string | undefined;
  /** Whether vectors are scaled to length 1 unless the user says otherwise. */
  readonly normalize: boolean;
  /**
   * Lengths that its vectors may be cut to, ascending: those that it was trained for, with the full one or without.
   */
  readonly matryoshkaDimensions: readonly number[];
  /** The model's own `config.json`. */
  readonly config: JsonObject;
  /** The towers that were asked for. */
  readonly towers: Readonly<Record<Modality, TowerFile>>;
}

export interface TowerFile {
  /** The ONNX file. */
  readonly file: string;
  /** The file in the folder that says how the tower wants what it is fed: the tower reads it. */
  readonly settings?: string;
  /** The pooled output is the embedding itself: SigLIP's towers have no projection. */
  readonly pooledIsEmbedding?: boolean;
  /** Made by this program, under a name of its own, and never changed after: weights may be read from it at any time. */
  readonly isDerived?: boolean;
  /** Its graph was rewritten to do less work. */
  readonly isOptimized?: boolean;
  /** How its weights are scaled, where they were made int8. */
  readonly int8?: 'rows' | 'blocks';
}

export interface FolderOptions {
  /** The towers to find; the usual ones unless it is given. */
  readonly modalities?: readonly Modality[];
  /** The name to go by, where the folder's own is not the one that was asked for. */
  readonly name?: string;
  /** fp16 takes the files that end in `_fp16.onnx`. */
  readonly precision?: FilePrecision;
}

/**
 * A model folder's towers. Reads the small files only; the ONNX files are read by the threads that run them.
 * @throws ModelFolderError that names the missing or wrong file.
 */
export async function loadModelFolder(folder: string, options: FolderOptions = {}): Promise<ModelFolder> {
  if (!(await statIfThere(folder))?.isDirectory())
    throw new ModelFolderError(`${folder}: expected a model folder, there is none`);
  const { modalities = USUAL_TOWERS, precision = 'fp32' } = options;
  const config = (await readJsonObject(path.join(folder, MODEL_SETTINGS))) ?? {};
  const ownFile = path.join(folder, OWN_SETTINGS);
  const own = (await readJsonObject(ownFile)) ?? {};
  const ownName = typeof own['name'] === 'string' ? own['name'] : path.basename(path.resolve(folder));
  const name = options.name ?? ownName;
  const pooledIsEmbedding = String(config['model_type']).startsWith('siglip');
  const ownLayout = parseOwnLayout(own, ownFile);
  const towers: Record<Modality, TowerFile> = {};
  const missing: string[] = [];
  for (const modality of modalities) {
    const places = placesOf(modality, ownLayout && [ownLayout]);
    const tower = await findTower(folder, places, precision);
    if (tower) towers[modality] = { ...tower, pooledIsEmbedding };
    else missing.push(describePlaces(modality, places, precision));
  }
  if (missing.length > 0) {
    const present = await presentTowers(folder, ownLayout ? [ownLayout] : LAYOUTS, precision);
    const remedy = present.length === 0 ? '' : `; MODALITIES=${present.join()} serves what there is`;
    throw new ModelFolderError(`${folder}: expected ${missing.join('; and ')}, there is none${remedy}`);
  }
  return {
    folder,
    name,
    title: typeof own['title'] === 'string' ? own['title'] : name,
    note: typeof own['note'] === 'string' ? own['note'] : undefined,
    licence: typeof own['licence'] === 'string' ? own['licence'] : undefined,
    normalize: own['normalize'] === true,
    matryoshkaDimensions: matryoshkaDimensions(own, config, ownFile),
    ...(await readPrompts(folder)),
    config,
    towers,
  };
}

/** All that the folder has, asked for or not. */
async function presentTowers(
  folder: string,
  layouts: readonly Layout[],
  precision: FilePrecision,
): Promise<Modality[]> {
  const modalities = modalitiesOf(layouts);
  const found = await Promise.all(
    modalities.map((modality) => findTower(folder, placesOf(modality, layouts), precision)),
  );
  return modalities.filter((_, at) => found[at] !== undefined);
}

/** The first of the places whose file is there. */
async function findTower(
  folder: string,
  places: readonly TowerLayout[],
  precision: FilePrecision,
): Promise<TowerFile | undefined> {
  for (const place of places) {
    const file = path.join(folder, graphFile(place, precision));
    if ((await statIfThere(file)) === undefined) continue;
    return place.settings === undefined ? { file } : { file, settings: place.settings };
  }
  return undefined;
}

function describePlaces(modality: Modality, places: readonly TowerLayout[], precision: FilePrecision): string {
  if (places.length === 0) return `the ${modality} tower in ${OWN_SETTINGS}`;
  const files = places.map((place) => graphFile(place, precision));
  return `the ${modality} tower as ${files.length > 1 ? 'one of ' : ''}${files.join(', ')}`;
}
