import type { JsonObject } from '../../models/folder/json-file.js';
import { SettingReader } from './setting-reader.js';
import type { SpectrogramSettings } from './signal/spectrogram.js';

/** How a model wants its sounds: what `audio.json` or CLAP's `preprocessor_config.json` says. */
export interface AudioSettings {
  readonly spectrogram: SpectrogramSettings;
  /** How a sound becomes rows of the encoder. */
  readonly cut: PatchSettings | WindowSettings | ClipSettings;
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

/** A few clips from all over the sound, as ImageBind hears it; the mean of all channels off, then the first one. */
export interface ClipSettings {
  readonly kind: 'clips';
  readonly seconds: number;
  readonly count: number;
  /** Whether the last clip ends with the sound, or the clips are spread as if there were one more. */
  readonly reachesEnd: boolean;
  /** Frames of a clip's spectrogram. */
  readonly columns: number;
  /** What is taken off each number, and what it is then divided by. */
  readonly mean: number;
  readonly std: number;
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
  const [kind, other] = ['patches', 'windows', 'clips'].filter((one) => config[one] !== undefined);
  if (kind === undefined || other !== undefined)
    throw new Error(
      `expected one of patches, windows and clips, received ${kind === undefined ? 'none' : 'several'}`,
    );
  const cut = file.object(kind);
  if (kind === 'clips') return readClips(cut);
  return kind === 'patches' ? readPatches(cut) : readWindows(cut, frame);
}

function readClips(clips: SettingReader): ClipSettings {
  return {
    kind: 'clips',
    seconds: clips.whole('seconds', 1, 60),
    count: clips.whole('count', 1, 1024),
    reachesEnd: clips.flag('reachesEnd'),
    columns: clips.whole('columns', 1, 65_536),
    mean: clips.finite('mean'),
    std: clips.positive('std'),
  };
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
