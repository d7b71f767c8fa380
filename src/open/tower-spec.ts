import type { Config } from '../cli/options/config.js';
import type { EncoderInput, Row } from '../core/encoder.js';
import type { Modality } from '../core/modality.js';
import type { EncoderSpec } from '../onnx/session/encoder-spec.js';
import { availableCores } from '../core/machine.js';
import type { ModelFolder, TowerFile } from '../models/folder/folder.js';
import { readImageSettings, type ImageSettings } from '../towers/image/settings.js';
import { loadTokenizer } from '../towers/text/tokenizer.js';
import type { Tokenizer } from '../towers/text/tokenizer.js';

export type SpecConfig = Pick<Config, 'threads' | 'normalize'> &
  Partial<Pick<Config, 'precision' | 'spinMicroseconds'>>;

/** Names of the output that holds the vectors, best first; without a projection the pooled state is one. */
export function outputsOf(modality: Modality, { pooledIsEmbedding = false }: TowerFile): string[] {
  const names = [`${modality}_embeds`, `${modality}_embeddings`, 'embedding', 'sentence_embedding'];
  return pooledIsEmbedding ? [...names, 'pooler_output'] : names;
}

/** What a thread needs to load the image tower of a model. */
export function imageTowerSpec(
  model: ModelFolder,
  tower: TowerFile,
  { size }: ImageSettings,
  config: SpecConfig,
): EncoderSpec {
  const shape = [3, size, size];
  const sample = new Float32Array(3 * size * size);
  return towerSpec('image', model, tower, config, { input: { kind: 'dense', shape }, sample });
}

/** What a thread needs to load the text tower of a model. */
export function textTowerSpec(
  model: ModelFolder,
  tower: TowerFile,
  tokenizer: Tokenizer,
  config: SpecConfig,
): EncoderSpec {
  const { padId, padTo } = tokenizer.settings;
  const input = { kind: 'tokens', contextLength: tokenizer.contextLength, padId, padTo } as const;
  return towerSpec('text', model, tower, config, { input, sample: tokenizer.tokenize('a photo').ids });
}

/** The specs of all towers that the model has. */
export async function towerSpecs(model: ModelFolder, config: SpecConfig): Promise<EncoderSpec[]> {
  const { folder, towers } = model;
  const { image, text } = towers;
  return [
    ...(image ? [imageTowerSpec(model, image, await readImageSettings(folder, image), config)] : []),
    ...(text ? [textTowerSpec(model, text, await loadTokenizer(folder, text), config)] : []),
  ];
}

/** Whether vectors are scaled to length 1: what the model's folder says, unless an option says otherwise. */
export function normalizes(model: ModelFolder, { normalize }: Pick<Config, 'normalize'>): boolean {
  return normalize === 'auto' ? model.normalize : normalize === 'on';
}

function towerSpec(
  name: Modality,
  model: ModelFolder,
  tower: TowerFile,
  { threads, spinMicroseconds = 0, precision, ...config }: SpecConfig,
  fed: { readonly input: EncoderInput; readonly sample: Row },
): EncoderSpec {
  return {
    name,
    file: tower.file,
    isDerived: tower.isDerived,
    threads: threads === 'auto' ? availableCores() : threads,
    spinMicroseconds,
    normalize: normalizes(model, config),
    outputs: outputsOf(name, tower),
    evenLengths: precision === 'int8',
    ...fed,
  };
}
