import type { JsonObject } from '../../models/folder/json-file.js';
import { SettingReader } from './setting-reader.js';
import type { SpectrogramSettings } from './signal/spectrogram.js';

/** How a model wants its sounds: what `audio.json` or CLAP's `preprocessor_config.json` says. */
export interface AudioSettings {
  readonly spectrogram: SpectrogramSettings;
  /** How a sound becomes rows of the encoder. */
  readonly cut: PatchSettings | WindowSettings;
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

/** Windows of one length, of which each counts alike. */
export interface WindowSettings {
  readonly kind: 'windows';
  /** Numbers of a window. */
  readonly samples: number;
  /** What becomes of a shorter sound: repeated whole, or to the window's end; zeros behind it. */
  readonly short: 'whole-repeats' | 'repeats' | 'zeros';
  /** Of a longer sound so many, evenly spread. */
  readonly most: number;
}

/**
 * What an `audio.json` says.
 * @throws Error that names the setting which is missing or wrong.
 */
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
    cut: readCut(file, config, spectrogram.whole('frame', 2, 65_536)),
  };
  checkSize(settings.spectrogram);
  return settings;
}

/** @throws Error if the transform cannot be made of such frames. */
function checkSize({ size, frame }: SpectrogramSettings): void {
  if (size < frame || !Number.isInteger(Math.log2(size)))
    throw new Error(
      `spectrogram.size: expected a power of two of at least the frame's ${frame}, received ${size}`,
    );
}

function readCut(file: SettingReader, config: JsonObject, frame: number): AudioSettings['cut'] {
  if ((config['patches'] === undefined) === (config['windows'] === undefined))
    throw new Error('expected patches or windows, received neither or both');
  return config['windows'] === undefined
    ? readPatches(file.object('patches'))
    : readWindows(file.object('windows'), frame);
}

function readWindows(windows: SettingReader, frame: number): WindowSettings {
  return {
    kind: 'windows',
    samples: windows.whole('samples', frame, 60 * 384_000),
    short: windows.word('short', 'whole-repeats', 'repeats', 'zeros'),
    most: windows.whole('most', 1, 1024),
  };
}

function readPatches(patches: SettingReader): PatchSettings {
  return {
    kind: 'patches',
    frames: patches.whole('frames', 1, 65_536),
    hop: patches.whole('hop', 1, 65_536),
    most: patches.whole('most', 1, 1024),
  };
}
