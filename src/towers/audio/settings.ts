import path from 'node:path';
import { ModelFolderError } from '../../models/folder/folder-error.js';
import type { TowerFile } from '../../models/folder/folder.js';
import { readJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';
import { SettingReader } from './setting-reader.js';
import type { SpectrogramSettings } from './signal/spectrogram.js';

/** How a model wants its sounds: what `audio.json` says. */
export interface AudioSettings {
  readonly spectrogram: SpectrogramSettings;
  /** How a sound becomes rows of the encoder. */
  readonly cut: PatchSettings;
}

/** Patches of a few frames each, the sound filled up with zeros to the last one's end. */
export interface PatchSettings {
  readonly kind: 'patches';
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
  const file = new SettingReader(config);
  const spectrogram = file.object('spectrogram');
  const mel = spectrogram.object('mel');
  const log = spectrogram.object('log');
  const settings: AudioSettings = {
    spectrogram: {
      rate: file.whole('rate', 1_000, 384_000),
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
    cut: readPatches(file.object('patches')),
  };
  const { size, frame } = settings.spectrogram;
  if (size < frame || !Number.isInteger(Math.log2(size)))
    throw new Error(
      `spectrogram.size: expected a power of two of at least the frame's ${frame}, received ${size}`,
    );
  return settings;
}

function readPatches(patches: SettingReader): PatchSettings {
  return {
    kind: 'patches',
    frames: patches.whole('frames', 1, 65_536),
    hop: patches.whole('hop', 1, 65_536),
    most: patches.whole('most', 1, 1024),
  };
}
