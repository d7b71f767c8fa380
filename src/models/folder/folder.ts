import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { ModelFolderError } from './folder-error.js';
import { readJsonObject, type JsonObject } from './json-file.js';
import type { Modality } from '../../core/modality.js';

/** A model as it lies on disk: which files its towers are. Plain data, which may be posted to a thread. */
export interface ModelFolder {
  readonly folder: string;
  readonly name: string;
  /** One line for people, such as the search page's. */
  readonly title: string;
  /** What a user must know of the model, if its folder says so. */
  readonly note: string | undefined;
  /** Whether vectors are scaled to length 1 unless the user says otherwise. */
  readonly normalize: boolean;
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

/** Where a tower may lie in a folder, best first: its file without the ending, and beside it its settings. */
const PLACES: Readonly<Record<Modality, readonly { readonly file: string; readonly settings: string }[]>> = {
  image: [
    { file: 'onnx/vision_model', settings: 'preprocessor_config.json' },
    { file: 'vision_model', settings: 'preprocessor_config.json' },
    { file: 'onnx/model', settings: 'preprocessor_config.json' },
    { file: 'model', settings: 'preprocessor_config.json' },
    { file: 'visual/model', settings: 'visual/preprocess_cfg.json' },
  ],
  text: [
    { file: 'onnx/text_model', settings: 'tokenizer.json' },
    { file: 'text_model', settings: 'tokenizer.json' },
    { file: 'onnx/model', settings: 'tokenizer.json' },
    { file: 'model', settings: 'tokenizer.json' },
    { file: 'textual/model', settings: 'textual/tokenizer.json' },
  ],
};

export interface FolderOptions {
  /** The towers to find; those of image and text unless it is given. */
  readonly modalities?: readonly Modality[];
  /** The name to go by, where the folder's own is not the one that was asked for. */
  readonly name?: string;
  /** fp16 takes the files that end in `_fp16.onnx`. */
  readonly precision?: 'fp32' | 'fp16';
}

/**
 * A model folder's towers. Reads the small files only; the ONNX files are read by the threads that run them.
 * @throws ModelFolderError that names the missing or wrong file.
 */
export async function loadModelFolder(folder: string, options: FolderOptions = {}): Promise<ModelFolder> {
  if (!(await isFolder(folder)))
    throw new ModelFolderError(`${folder}: expected a model folder, there is none`);
  const { modalities = ['image', 'text'], precision = 'fp32' } = options;
  const ending = precision === 'fp16' ? '_fp16.onnx' : '.onnx';
  const config = (await readJsonObject(path.join(folder, 'config.json'))) ?? {};
  const own = (await readJsonObject(path.join(folder, 'handspring.json'))) ?? {};
  const ownName = typeof own['name'] === 'string' ? own['name'] : path.basename(path.resolve(folder));
  const name = options.name ?? ownName;
  const pooledIsEmbedding = String(config['model_type']).startsWith('siglip');
  const towers: Record<Modality, TowerFile> = {};
  for (const modality of modalities) {
    towers[modality] = { ...(await findTower(folder, modality, ending)), pooledIsEmbedding };
  }
  return {
    folder,
    name,
    title: typeof own['title'] === 'string' ? own['title'] : name,
    note: typeof own['note'] === 'string' ? own['note'] : undefined,
    normalize: own['normalize'] === true,
    config,
    towers,
  };
}

async function findTower(folder: string, modality: Modality, ending: string): Promise<TowerFile> {
  const places = PLACES[modality] ?? [];
  for (const { file, settings } of places) {
    const found = path.join(folder, file + ending);
    if (await exists(found)) return { file: found, settings };
  }
  const expected = places.map(({ file }) => file + ending).join(', ');
  throw new ModelFolderError(`${folder}: expected the ${modality} tower as one of ${expected}, there is none`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
