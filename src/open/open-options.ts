import { defaultCacheDir, homeFolder } from '../models/cache.js';
import { HUB, STALL_MS } from '../models/hub/hub-defaults.js';
import type { PullEvent } from '../models/hub/pull-events.js';
import { USUAL_TOWERS } from '../models/layouts.js';
import type { BinaryContent } from './content.js';
import type { DeriveEvent } from './derive-work.js';
import { ENGINE_DEFAULTS } from './engine-defaults.js';
import type { EngineOptions } from './engine-options.js';
import type { FindOptions } from './find-model.js';

/** What each modality is embedded from. */
export interface Contents {
  readonly text: string;
  /** An encoded image (JPEG, PNG, WebP, …), not pixels. */
  readonly image: BinaryContent;
  /** A file of sound (WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus), not samples. */
  readonly audio: BinaryContent;
  /** A file of video (MP4, WebM, …), of which frames are taken; it needs an ffmpeg. */
  readonly video: BinaryContent;
  /** A picture of distances, or of temperatures, as an encoded image. */
  readonly depth: BinaryContent;
  readonly thermal: BinaryContent;
  /** Readings of a motion sensor as a CSV file. */
  readonly imu: BinaryContent;
}

export type ModalityName = keyof Contents;

/** One thing to embed: an object with one key, its modality. */
export type Input = { [M in ModalityName]: { readonly [K in M]: Contents[M] } }[ModalityName];

/** What happens while a model is fetched and made ready; `kind` tells them apart. */
export type ProgressEvent = PullEvent | DeriveEvent;

/** Where a program wants to hear of what an operator should know; pino's loggers and the console fit. */
export interface Logger {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Everything may be left out; the defaults are those of the command line. */
export interface OpenOptions extends Partial<
  Pick<
    EngineOptions,
    | 'precision'
    | 'normalize'
    | 'ffmpeg'
    | 'autoOrient'
    | 'longText'
    | 'threads'
    | 'maxImageBytes'
    | 'cacheBytes'
  >
> {
  /** The towers to load; by default those of image and text. One that is left out costs nothing. */
  readonly modalities?: readonly ModalityName[];
  /** Rewrite the model's graphs to do less work with the same answers; once, kept in the cache folder. */
  readonly optimize?: boolean;
  /** Where downloaded and derived files are kept; by default the user's cache folder. */
  readonly cacheDir?: string;
  /** Never touch the network: a model that is not complete in the cache is then an error. */
  readonly offline?: boolean;
  /** The hub that models are fetched from, or a mirror of it. */
  readonly endpoint?: string;
  /** The hub's access token, for models that want one. */
  readonly token?: string;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Nothing is written anywhere without one. */
  readonly logger?: Logger;
}

/** What a program's own engine is: with the defaults of the command line, but no limits that a server needs. */
export function toEngineOptions(options: OpenOptions): EngineOptions {
  const known = Object.keys(ENGINE_DEFAULTS);
  const entries = Object.entries(options).filter(
    ([name, value]) => known.includes(name) && value !== undefined,
  );
  const given = Object.fromEntries(entries) as Partial<EngineOptions>;
  return { ...ENGINE_DEFAULTS, maxPendingItems: Infinity, deadlineMs: Infinity, ...given };
}

/** How the model is to be found and made ready. */
export function toFindOptions(settings: EngineOptions, options: OpenOptions): FindOptions {
  const { onProgress, signal } = options;
  return {
    ...settings,
    modalities: options.modalities ?? USUAL_TOWERS,
    optimize: options.optimize ?? false,
    offline: options.offline ?? false,
    cacheDir:
      options.cacheDir ??
      defaultCacheDir({
        platform: process.platform,
        homeFolder: homeFolder(),
        xdgCacheHome: process.env['XDG_CACHE_HOME'],
        localAppData: process.env['LOCALAPPDATA'],
      }),
    hub: {
      endpoint: options.endpoint ?? HUB,
      stallMs: STALL_MS,
      ...(options.token !== undefined && { token: options.token }),
    },
    onPull: onProgress,
    onDerive: onProgress,
    signal,
  };
}
