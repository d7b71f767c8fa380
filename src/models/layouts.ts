import type { Modality } from '../core/modality.js';
import { isJsonObject } from './folder/json-file.js';
import type { JsonObject } from './folder/json-file.js';
import { ModelFolderError } from './folder/folder-error.js';
import { PROMPT_SETTINGS } from './folder/prompts.js';

/** The precisions that are files. int8 is made by this program from the fp32 file: see `filePrecision`. */
export type FilePrecision = 'fp32' | 'fp16';
export type Precision = FilePrecision | 'int8';

/** What is asked for of a model. */
export interface Selection {
  readonly modalities: readonly Modality[];
  readonly precision: Precision;
}

/** Where one tower's files lie in a model folder: paths from the folder, with `/`. */
export interface TowerLayout {
  /** The ONNX file, without the ending that its precision gives it. */
  readonly graph: string;
  /** What says how the tower wants what it is fed; the tower reads it, and cannot do without it. */
  readonly settings?: string;
  /** What the tower reads where it is there. */
  readonly optional?: readonly string[];
}

/** What a model folder's files are called. */
export interface Layout {
  readonly towers: Readonly<Record<Modality, TowerLayout>>;
}

/** The towers that a model is served with unless others are asked for: those that every model of two modalities has. */
export const USUAL_TOWERS: readonly Modality[] = ['image', 'text'];

/** The model's own settings, wherever its towers lie. */
export const MODEL_SETTINGS = 'config.json';
/** What this program writes into a folder, or a person does: a name, and where the towers lie if the table does not know. */
export const OWN_SETTINGS = 'handspring.json';

const OPTIONAL_TEXT = [
  ...['tokenizer_config.json', 'special_tokens_map.json', 'sentence_bert_config.json'],
  PROMPT_SETTINGS,
];

/** The folder in which immich keeps the text tower. */
const IMMICH_TEXT = 'textual';

const huggingFaceImage = (graph: string): TowerLayout => ({ graph, settings: 'preprocessor_config.json' });
/** A tower of images takes frames of videos as they are. */
const withVideo = (towers: Layout['towers'] & { readonly image: TowerLayout }): Layout => ({
  towers: { ...towers, video: towers.image },
});
const huggingFaceText = (graph: string): TowerLayout => ({
  graph,
  settings: 'tokenizer.json',
  optional: OPTIONAL_TEXT,
});

/**
 * Folders as they are found on hubs, best first. This is the one place that knows: the folder's loader, the list of what is
 * downloaded and the catalogue read it. A new layout is a row, a new modality a tower of a row.
 */
export const LAYOUTS: readonly Layout[] = [
  // Hugging Face's exporter: the towers apart
  withVideo({
    image: huggingFaceImage('onnx/vision_model'),
    text: huggingFaceText('onnx/text_model'),
    audio: { graph: 'onnx/audio_model', settings: 'preprocessor_config.json' },
  }),
  withVideo({ image: huggingFaceImage('vision_model'), text: huggingFaceText('text_model') }),
  // … or all in one file
  withVideo({ image: huggingFaceImage('onnx/model'), text: huggingFaceText('onnx/model') }),
  withVideo({ image: huggingFaceImage('model'), text: huggingFaceText('model') }),
  // immich, whose settings are OpenCLIP's
  withVideo({
    image: { graph: 'visual/model', settings: 'visual/preprocess_cfg.json' },
    text: {
      graph: `${IMMICH_TEXT}/model`,
      settings: `${IMMICH_TEXT}/tokenizer.json`,
      optional: OPTIONAL_TEXT.map((file) => `${IMMICH_TEXT}/${file}`),
    },
  }),
];

/** Whose words a tower's settings are in, by their path in the model's folder: immich's are OpenCLIP's. */
export function dialectOf(settings: string): 'huggingface' | 'immich' {
  return settings.startsWith(`${IMMICH_TEXT}/`) ? 'immich' : 'huggingface';
}

const ENDINGS: Readonly<Record<FilePrecision, string>> = { fp32: '.onnx', fp16: '_fp16.onnx' };

/**
 * The files that serve a precision. int8 is made by this program from fp32: the int8 files of hubs are dynamically
 * quantised, which drifts from fp32 and makes a vector depend on what else is in its batch.
 */
export function filePrecision(precision: Precision): FilePrecision {
  return precision === 'fp16' ? 'fp16' : 'fp32';
}

/** A tower's ONNX file in a precision. */
export function graphFile({ graph }: TowerLayout, precision: Precision): string {
  return graph + ENDINGS[filePrecision(precision)];
}

/** Those that some layout has a tower for. */
export function modalitiesOf(layouts: readonly Layout[] = LAYOUTS): Modality[] {
  return [...new Set(layouts.flatMap(({ towers }) => Object.keys(towers)))];
}

/** Where a tower may lie, best first. */
export function placesOf(modality: Modality, layouts: readonly Layout[] = LAYOUTS): readonly TowerLayout[] {
  return layouts.flatMap(({ towers }) => towers[modality] ?? []);
}

/** The files of some towers of a model. */
export interface TowerFiles {
  /** All of them, each once. */
  readonly paths: readonly string[];
  /** The ONNX files among them, whose weights may lie in files beside them that they alone name. */
  readonly graphs: readonly string[];
}

/**
 * The files that serve the selection, by the first layout all of whose files are there; `undefined` if none is.
 * @param present Every file of the model, by its path in the folder.
 */
export function towerFiles(
  present: readonly string[],
  { modalities, precision }: Selection,
  layouts: readonly Layout[] = LAYOUTS,
): TowerFiles | undefined {
  const has = (path: string) => present.includes(path);
  for (const { towers } of layouts) {
    const chosen = modalities.map((modality) => towers[modality]);
    if (!chosen.every((tower) => tower !== undefined)) continue;
    const graphs = [...new Set(chosen.map((tower) => graphFile(tower, precision)))];
    const required = [MODEL_SETTINGS, ...graphs, ...chosen.flatMap(({ settings }) => settings ?? [])];
    if (!required.every(has)) continue;
    const optional = chosen.flatMap((tower) => tower.optional ?? []).filter(has);
    return { paths: [...new Set([...required, ...optional])], graphs };
  }
  return undefined;
}

/**
 * The layout that a folder's own `handspring.json` states, `undefined` if it states none:
 * `{"towers": {"text": {"file": "onnx/text_model.onnx", "settings": "tokenizer.json"}}}`.
 * @param where The file, for messages.
 * @throws ModelFolderError that names what is wrong in it
 */
export function parseOwnLayout(own: JsonObject, where: string): Layout | undefined {
  if (own['towers'] === undefined) return undefined;
  if (!isJsonObject(own['towers'])) throw wrong(where, 'towers', 'an object by modality', own['towers']);
  const towers = Object.entries(own['towers']).map(([modality, tower]) => {
    const name = `towers.${modality}`;
    if (!isJsonObject(tower)) throw wrong(where, name, 'an object with its file', tower);
    const { file, settings } = tower;
    if (!isInside(file) || !file.endsWith(ENDINGS.fp32))
      throw wrong(where, `${name}.file`, `the path of an ${ENDINGS.fp32} file from the folder`, file);
    if (settings !== undefined && !isInside(settings))
      throw wrong(where, `${name}.settings`, 'the path of a file from the folder', settings);
    const graph = file.slice(0, -ENDINGS.fp32.length);
    return [modality, settings === undefined ? { graph } : { graph, settings }] as const;
  });
  return { towers: Object.fromEntries(towers) };
}

/** Whether a value is a path that stays in its folder: neither absolute nor with a `..`. */
export function isInside(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    path !== '' &&
    !/^[\\/]|^[A-Za-z]:|\0/.test(path) &&
    !path.split(/[\\/]/).includes('..')
  );
}

function wrong(where: string, name: string, expected: string, received: unknown): ModelFolderError {
  const text = received === undefined ? 'nothing' : JSON.stringify(received).slice(0, 80);
  return new ModelFolderError(`${where}: ${name}: expected ${expected}, received ${text}`);
}
