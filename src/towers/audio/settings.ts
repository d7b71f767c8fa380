import path from 'node:path';
import { ModelFolderError } from '../../models/folder/folder-error.js';
import type { TowerFile } from '../../models/folder/folder.js';
import { isJsonObject, readJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';
import type { SpectrogramSettings } from './signal/spectrogram.js';

/** How a model wants its sounds: what `audio.json` says. */
export interface AudioSettings {
  readonly spectrogram: SpectrogramSettings;
  /** A sound is cut into patches, each of which is a row of the encoder. */
  readonly patches: PatchSettings;
}

export interface PatchSettings {
  /** Frames of a patch, and from the start of one to the next. */
  readonly frames: number;
  readonly hop: number;
  /** Of a longer sound so many, evenly spread. */
  readonly most: number;
}

const FILE = 'audio.json';

/**
 * How an audio tower of a model folder wants its sounds.
 * @throws ModelFolderError that names the file, and the setting that cannot be followed.
 */
export async function readAudioSettings(
  folder: string,
  { settings: file = FILE }: Pick<TowerFile, 'settings'>,
): Promise<AudioSettings> {
  const config = await readJsonObject(path.join(folder, file));
  if (!config) throw new ModelFolderError(`${folder}: expected ${file}, there is none`);
  try {
    return parseAudioSettings(config);
  } catch (error) {
    throw new ModelFolderError(`${folder}: ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws Error that names the setting which is missing or wrong. */
export function parseAudioSettings(config: JsonObject): AudioSettings {
  const spectrogram = new Reader(config, '').object('spectrogram');
  const mel = spectrogram.object('mel');
  const log = spectrogram.object('log');
  const patches = new Reader(config, '').object('patches');
  const settings: AudioSettings = {
    spectrogram: {
      rate: new Reader(config, '').whole('rate', 1_000, 384_000),
      frame: spectrogram.whole('frame', 2, 65_536),
      hop: spectrogram.whole('hop', 1, 65_536),
      size: spectrogram.whole('size', 4, 65_536),
      window: spectrogram.word('window', 'symmetric', 'periodic'),
      removeMean: spectrogram.flag('removeMean'),
      preEmphasis: spectrogram.number('preEmphasis'),
      centred: spectrogram.flag('centred'),
      power: spectrogram.whole('power', 1, 2) as 1 | 2,
      mel: {
        bands: mel.whole('bands', 1, 1024),
        lowest: mel.number('lowest'),
        highest: mel.number('highest'),
        scale: mel.word('scale', 'kaldi', 'slaney'),
      },
      log: { kind: log.word('kind', 'floor', 'offset', 'decibels'), value: log.number('value') },
    },
    patches: {
      frames: patches.whole('frames', 1, 65_536),
      hop: patches.whole('hop', 1, 65_536),
      most: patches.whole('most', 1, 1024),
    },
  };
  const { size, frame } = settings.spectrogram;
  if (size < frame || !Number.isInteger(Math.log2(size)))
    throw new Error(
      `spectrogram.size: expected a power of two of at least the frame's ${frame}, received ${size}`,
    );
  return settings;
}

/** Reads the fields of one object, and names them in full in what it throws. */
class Reader {
  readonly #object: JsonObject;
  readonly #name: string;

  constructor(object: JsonObject, name: string) {
    this.#object = object;
    this.#name = name;
  }

  object(key: string): Reader {
    const value = this.#object[key];
    if (!isJsonObject(value)) throw this.#wrong(key, 'an object');
    return new Reader(value, `${this.#name}${key}.`);
  }

  number(key: string): number {
    const value = this.#object[key];
    if (typeof value !== 'number' || value < 0) throw this.#wrong(key, 'a number of 0 or more');
    return value;
  }

  whole(key: string, least: number, most: number): number {
    const value = this.#object[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw this.#wrong(key, `a whole number of ${least} to ${most}`);
    return value;
  }

  flag(key: string): boolean {
    const value = this.#object[key];
    if (typeof value !== 'boolean') throw this.#wrong(key, 'true or false');
    return value;
  }

  word<W extends string>(key: string, ...words: readonly W[]): W {
    const word = words.find((one) => one === this.#object[key]);
    if (word === undefined) throw this.#wrong(key, words.join(' or '));
    return word;
  }

  #wrong(key: string, expected: string): Error {
    const received = JSON.stringify(this.#object[key]) ?? 'nothing';
    return new Error(`${this.#name}${key}: expected ${expected}, received ${received.slice(0, 80)}`);
  }
}
