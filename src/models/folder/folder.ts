import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { ModelFolderError } from './folder-error.js';
import type { ImageSettings } from './image-settings.js';
import { readJsonObject, type JsonObject } from './json-file.js';
import { parseHuggingFaceImage, parseOpenClipImage } from './preprocessing.js';

export type Towers = 'both' | 'image' | 'text';

/** A model as it lies on disk: which files its towers are, and what they must be fed. */
export interface ModelFolder {
  readonly folder: string;
  readonly name: string;
  /** One line for people, such as the search page's. */
  readonly title: string;
  /** What a user must know of the model, if its folder says so. */
  readonly note: string | undefined;
  /** Whether vectors are scaled to length 1 unless the user says otherwise. */
  readonly normalize: boolean;
  /** The pooled output is the embedding itself: SigLIP's towers have no projection. */
  readonly pooledIsEmbedding: boolean;
  /** The model's own `config.json`. */
  readonly config: JsonObject;
  readonly image: (TowerFile & { readonly settings: ImageSettings }) | undefined;
  /** The tokenizer's files are read from the folder itself. */
  readonly text: TowerFile | undefined;
}

export interface TowerFile {
  readonly file: string;
  /** Made by this program, under a name of its own, and never changed after: weights may be read from it at any time. */
  readonly isDerived?: boolean;
  /** Its graph was rewritten to do less work. */
  readonly isOptimized?: boolean;
  /** How its weights are scaled, where they were made int8. */
  readonly int8?: 'rows' | 'blocks';
}

interface Layout {
  readonly name: string;
  /** Without the ending, `.onnx` or `_fp16.onnx`. */
  readonly imageFiles: readonly string[];
  readonly textFiles: readonly string[];
  readonly imageSettings: string;
  readonly parseImage: (config: JsonObject) => ImageSettings;
}

/** Model folders as they are found on hubs; the first whose files are there is taken. */
const LAYOUTS: readonly Layout[] = [
  {
    name: 'Hugging Face ONNX',
    imageFiles: ['onnx/vision_model', 'vision_model', 'onnx/model', 'model'],
    textFiles: ['onnx/text_model', 'text_model', 'onnx/model', 'model'],
    imageSettings: 'preprocessor_config.json',
    parseImage: parseHuggingFaceImage,
  },
  {
    name: 'immich',
    imageFiles: ['visual/model'],
    textFiles: ['textual/model'],
    imageSettings: 'visual/preprocess_cfg.json',
    parseImage: parseOpenClipImage,
  },
];

export interface FolderOptions {
  readonly towers?: Towers;
  /** The name to go by, where the folder's own is not the one that was asked for. */
  readonly name?: string;
  /** fp16 takes the files that end in `_fp16.onnx`. */
  readonly precision?: 'fp32' | 'fp16';
}

/**
 * A model folder's towers and settings. Reads the small files only; the ONNX files are read by the threads that run them.
 * @throws ModelFolderError that names the missing or wrong file or the setting that cannot be followed.
 */
export async function loadModelFolder(folder: string, options: FolderOptions = {}): Promise<ModelFolder> {
  if (!(await isFolder(folder)))
    throw new ModelFolderError(`${folder}: expected a model folder, there is none`);
  const { towers = 'both', precision = 'fp32' } = options;
  const ending = precision === 'fp16' ? '_fp16.onnx' : '.onnx';
  const config = (await readJsonObject(path.join(folder, 'config.json'))) ?? {};
  const own = (await readJsonObject(path.join(folder, 'handspring.json'))) ?? {};
  const ownName = typeof own['name'] === 'string' ? own['name'] : path.basename(path.resolve(folder));
  const name = options.name ?? ownName;
  return {
    folder,
    name,
    title: typeof own['title'] === 'string' ? own['title'] : name,
    note: typeof own['note'] === 'string' ? own['note'] : undefined,
    normalize: own['normalize'] === true,
    pooledIsEmbedding: String(config['model_type']).startsWith('siglip'),
    config,
    image: towers === 'text' ? undefined : await findImageTower(folder, ending),
    text: towers === 'image' ? undefined : await findTextTower(folder, ending),
  };
}

async function findTextTower(folder: string, ending: string): Promise<ModelFolder['text']> {
  const names = LAYOUTS.flatMap((layout) => layout.textFiles);
  return { file: await findFile(folder, 'text', names, ending) };
}

async function findImageTower(folder: string, ending: string): Promise<ModelFolder['image']> {
  const names = LAYOUTS.flatMap((layout) => layout.imageFiles);
  const file = await findFile(folder, 'image', names, ending);
  const layout = LAYOUTS.find(({ imageFiles }) =>
    imageFiles.some((name) => path.join(folder, name + ending) === file),
  );
  if (!layout) throw new Error('the file found belongs to a layout');
  const settings = await readJsonObject(path.join(folder, layout.imageSettings));
  if (!settings) throw new ModelFolderError(`${folder}: expected ${layout.imageSettings}, there is none`);
  try {
    return { file, settings: layout.parseImage(settings) };
  } catch (error) {
    throw new ModelFolderError(`${folder}: ${layout.imageSettings}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function findFile(
  folder: string,
  tower: string,
  names: readonly string[],
  ending: string,
): Promise<string> {
  for (const name of names) {
    const file = path.join(folder, name + ending);
    if (await exists(file)) return file;
  }
  const expected = names.map((name) => name + ending).join(', ');
  throw new ModelFolderError(`${folder}: expected the ${tower} tower as one of ${expected}, there is none`);
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
