import type { Config } from '../cli/options/config.js';
import type { TowerSpec } from '../onnx/session/tower-spec.js';
import { availableCores } from '../core/machine.js';
import type { ModelFolder, TowerFile } from '../models/folder/folder.js';
import { readImageSettings, type ImageSettings } from '../towers/image/settings.js';
import { loadTokenizer } from '../towers/text/tokenizer.js';
import type { Tokenizer } from '../towers/text/tokenizer.js';

export type SpecConfig = Pick<Config, 'threads' | 'normalize'> &
  Partial<Pick<Config, 'precision' | 'spinMicroseconds'>>;

/** What a thread needs to load the image tower of a model. */
export function imageTowerSpec(
  model: ModelFolder,
  tower: TowerFile,
  { size }: ImageSettings,
  config: SpecConfig,
): TowerSpec {
  return { ...commonSpec(model, tower, config), modality: 'image', imageSize: size };
}

/** What a thread needs to load the text tower of a model. */
export function textTowerSpec(
  model: ModelFolder,
  tower: TowerFile,
  tokenizer: Tokenizer,
  config: SpecConfig,
): TowerSpec {
  const { padId, padTo } = tokenizer.settings;
  const sample = Array.from(tokenizer.tokenize('a photo').ids);
  const evenLengths = config.precision === 'int8';
  const text = { contextLength: tokenizer.contextLength, padId, padTo, sample, evenLengths };
  return { ...commonSpec(model, tower, config), modality: 'text', text };
}

/** The specs of all towers that the model has. */
export async function towerSpecs(model: ModelFolder, config: SpecConfig): Promise<TowerSpec[]> {
  const { folder, towers } = model;
  const { image, text } = towers;
  return [
    ...(image ? [imageTowerSpec(model, image, await readImageSettings(folder, image), config)] : []),
    ...(text ? [textTowerSpec(model, text, await loadTokenizer(folder), config)] : []),
  ];
}

/** Whether vectors are scaled to length 1: what the model's folder says, unless an option says otherwise. */
export function normalizes(model: ModelFolder, { normalize }: Pick<Config, 'normalize'>): boolean {
  return normalize === 'auto' ? model.normalize : normalize === 'on';
}

function commonSpec(
  model: ModelFolder,
  { file, isDerived, pooledIsEmbedding = false }: TowerFile,
  { threads, spinMicroseconds = 0, ...config }: SpecConfig,
) {
  return {
    file,
    isDerived,
    threads: threads === 'auto' ? availableCores() : threads,
    spinMicroseconds,
    normalize: normalizes(model, config),
    pooledIsEmbedding,
  };
}
