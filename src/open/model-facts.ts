import type { Modality } from '../core/modality.js';
import type { ModelFolder } from '../models/folder/folder.js';
import type { EngineOptions } from './engine-options.js';
import type { FoundModel } from './find-model.js';
import { imageLimits } from './memory-limits.js';
import type { ModalityName } from './open-options.js';
import type { RunningEngine } from './start-engine.js';

/** What a model is, and what it takes. */
export interface ModelFacts {
  /** The catalogue's name, `owner/name@revision`, or the folder's. */
  readonly name: string;
  /** The commit that its files are from; `undefined` for folders and for the model that comes with the package. */
  readonly revision: string | undefined;
  /** Length of the vectors. */
  readonly dimensions: number;
  /** Shorter lengths that vectors may be cut to, and brought to length 1 again, as the model was trained for it. */
  readonly matryoshkaDimensions: readonly number[];
  /** Whether vectors have length 1, so that their inner product is their similarity. */
  readonly normalised: boolean;
  /** The towers that are loaded, and the form each answers in. */
  readonly towers: Readonly<Partial<Record<ModalityName, TowerFacts>>>;
  readonly limits: {
    readonly maxImageBytes: number;
    readonly maxImagePixels: number;
    readonly maxSoundSeconds: number;
    readonly maxVideoSeconds: number;
    readonly maxTextChars: number;
  };
}

export interface TowerFacts {
  readonly precision: EngineOptions['precision'];
  /** How int8 weights are scaled, where they are int8. */
  readonly int8: 'rows' | 'blocks' | undefined;
  /** Whether its graph is the rewritten one: it is not where rewriting recognised nothing. */
  readonly optimized: boolean;
}

/** In which form each tower of a model answers that was opened in a precision, by modality. */
export function towerFacts(
  { towers }: Pick<ModelFolder, 'towers'>,
  precision: EngineOptions['precision'],
): Record<Modality, TowerFacts> {
  const facts = Object.entries(towers).map(
    ([modality, { int8, isOptimized = false }]) =>
      [modality, { precision, int8, optimized: isOptimized }] as const,
  );
  return Object.fromEntries(facts);
}

export function describeModel(
  { model, revision }: FoundModel,
  engine: RunningEngine,
  settings: EngineOptions,
): ModelFacts {
  const { maxPixels } = imageLimits(settings);
  return {
    name: model.name,
    revision,
    dimensions: engine.dimensions,
    matryoshkaDimensions: engine.matryoshkaDimensions,
    normalised: engine.normalized,
    towers: towerFacts(model, settings.precision),
    limits: {
      maxImageBytes: settings.maxImageBytes,
      maxImagePixels: maxPixels,
      maxSoundSeconds: settings.maxSoundSeconds,
      maxVideoSeconds: settings.maxVideoSeconds,
      maxTextChars: settings.maxTextChars,
    },
  };
}
