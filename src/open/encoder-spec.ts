import type { Modality } from '../core/modality.js';
import type { TowerFile } from '../models/folder/folder.js';
import type { EncoderSpec } from '../onnx/session/encoder-spec.js';
import type { TowerPlan } from '../towers/kind.js';
import type { EncoderSettings } from './engine-options.js';

/** Where a model has no projection, the pooled state is the vector. */
const UNPROJECTED_OUTPUT = 'pooler_output';

/** All that a thread needs to load a tower's file. */
export function encoderSpec(
  modality: Modality,
  { file, isDerived, pooledIsEmbedding = false }: TowerFile,
  {
    input,
    outputs,
    sample,
    keepsLengths,
  }: Pick<TowerPlan<never>, 'input' | 'outputs' | 'sample' | 'keepsLengths'>,
  settings: EncoderSettings,
): EncoderSpec {
  return {
    ...settings,
    normalize: settings.normalize && !keepsLengths,
    name: modality,
    file,
    isDerived,
    input,
    outputs: pooledIsEmbedding ? [...outputs, UNPROJECTED_OUTPUT] : outputs,
    sample,
  };
}

/**
 * Towers of the same key share an encoder: they are of one file, and fed alike. Where a file holds several, each is cut out of it,
 * by its inputs and outputs.
 */
export function encoderKey(
  file: string,
  { input, outputs, keepsLengths }: Pick<TowerPlan<never>, 'input' | 'outputs' | 'keepsLengths'>,
): string {
  return JSON.stringify([file, input, outputs, keepsLengths]);
}
