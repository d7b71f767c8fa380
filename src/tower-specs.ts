import type { TowerSpec } from './encoder/tower-spec.js';
import type { ModelFolder } from './model/folder.js';
import { loadTokenizer } from './text/tokenizer.js';
import type { Tokenizer } from './text/tokenizer.js';

export interface SpecOptions {
  /** Threads inside each session. */
  readonly threads: number;
  /** Scale vectors to length 1. */
  readonly normalize: boolean;
  readonly int8: boolean;
}

/** What a thread needs to load the image tower of a model. */
export function imageSpec(
  model: ModelFolder,
  image: NonNullable<ModelFolder['image']>,
  options: SpecOptions,
): TowerSpec {
  return { ...common(model, options), modality: 'image', file: image.file, imageSize: image.settings.size };
}

/** What a thread needs to load the text tower of a model. */
export function textSpec(
  model: ModelFolder,
  file: string,
  tokenizer: Tokenizer,
  options: SpecOptions,
): TowerSpec {
  const { padId, padTo, contextLength } = tokenizer.settings;
  const sample = Array.from(tokenizer.tokenize('a photo').ids);
  const text = { contextLength, padId, padTo, sample, evenLengths: options.int8 };
  return { ...common(model, options), modality: 'text', file, text };
}

/** The specs of all towers that the model has. */
export async function towerSpecs(model: ModelFolder, options: SpecOptions): Promise<TowerSpec[]> {
  return [
    ...(model.image ? [imageSpec(model, model.image, options)] : []),
    ...(model.text ? [textSpec(model, model.text.file, await loadTokenizer(model.folder), options)] : []),
  ];
}

function common(model: ModelFolder, { threads, normalize }: SpecOptions) {
  return { threads, normalize, pooledIsEmbedding: model.pooledIsEmbedding };
}
