import { availableCores, availableMemory } from '../core/machine.js';
import type { ModelFolder } from '../models/folder/folder.js';
import type { TowerSettings } from '../towers/registry.js';
import type { LongTextPolicy } from '../towers/text/long-text.js';
import { findFfmpeg } from './find-ffmpeg.js';
import { imageLimits, maxPendingPixels } from './memory-limits.js';

/** What a user may set of an engine. `auto` follows from the machine: see `toEngineSettings`. */
export interface EngineOptions {
  /** Threads inside each encoder. */
  readonly threads: number | 'auto';
  /** How long a thread that waits for the others keeps its core. */
  readonly spinMicroseconds: number;
  /** Copies of each encoder that work side by side. */
  readonly encoders: number;
  /** Threads that decode and resize. */
  readonly prepareThreads: number | 'auto';
  /** Most images in a batch. */
  readonly maxBatchSize: number;
  /** Most texts in a batch. */
  readonly maxTextBatchSize: number;
  /** Most permits held at once. */
  readonly maxPendingItems: number;
  readonly maxPendingPixels: number | 'auto';
  readonly maxImageBytes: number;
  readonly maxImagePixels: number | 'auto';
  /** Longest sound, in seconds at 48 kHz. */
  readonly maxSoundSeconds: number;
  /** Longest video, in seconds. */
  readonly maxVideoSeconds: number;
  /** The ffmpeg that reads videos, AAC and its like: a path, a name on the PATH, `auto` for one that is there, or `off`. */
  readonly ffmpeg: string;
  readonly maxTextChars: number;
  readonly maxTextWindows: number;
  readonly longText: LongTextPolicy;
  /** Turn photos by their EXIF orientation first. */
  readonly autoOrient: boolean;
  /** Scale vectors to length 1; `auto` does what the model's folder says. */
  readonly normalize: 'auto' | 'on' | 'off';
  readonly precision: 'fp32' | 'fp16' | 'int8';
  /** Memory for vectors of items seen before; 0 for none. */
  readonly cacheBytes: number;
  readonly deadlineMs: number;
}

/** The same with every `auto` decided. */
export interface EngineSettings {
  readonly encoder: EncoderSettings;
  readonly towers: TowerSettings;
  readonly encoders: number;
  readonly maxPendingItems: number;
  readonly cacheBytes: number;
  readonly deadlineMs: number;
}

export interface EncoderSettings {
  readonly threads: number;
  readonly spinMicroseconds: number;
  readonly normalize: boolean;
  /** Rounds the lengths of token rows up to even ones; see `EncoderSpec`. */
  readonly evenLengths: boolean;
}

/** What the options come to for a model on this machine: the one place where `auto` becomes a number. */
export function toEngineSettings(
  options: EngineOptions,
  model: Pick<ModelFolder, 'normalize'>,
): EngineSettings {
  const cores = availableCores();
  const memory = availableMemory();
  const encoder = toEncoderSettings(options, model, cores);
  return {
    ...options,
    encoder,
    towers: {
      ...options,
      normalize: encoder.normalize,
      prepareThreads: toPrepareThreads(options, cores),
      ffmpeg: findFfmpeg(options.ffmpeg),
      imageLimits: imageLimits(options, memory),
      maxPendingPixels: maxPendingPixels(options, memory),
    },
  };
}

/** Threads that decode images and make them ready. */
export function toPrepareThreads(
  { prepareThreads }: Pick<EngineOptions, 'prepareThreads'>,
  cores: number,
): number {
  return prepareThreads === 'auto' ? Math.max(2, Math.floor(cores / 2)) : prepareThreads;
}

export function toEncoderSettings(
  {
    threads,
    spinMicroseconds,
    normalize,
    precision,
  }: Pick<EngineOptions, 'threads' | 'spinMicroseconds' | 'normalize' | 'precision'>,
  model: Pick<ModelFolder, 'normalize'>,
  cores = availableCores(),
): EncoderSettings {
  return {
    threads: threads === 'auto' ? cores : threads,
    spinMicroseconds,
    normalize: normalizes(model, { normalize }),
    evenLengths: precision === 'int8',
  };
}

/** Whether vectors are scaled to length 1: what the model's folder says, unless an option says otherwise. */
export function normalizes(
  model: Pick<ModelFolder, 'normalize'>,
  { normalize }: Pick<EngineOptions, 'normalize'>,
): boolean {
  return normalize === 'auto' ? model.normalize : normalize === 'on';
}
