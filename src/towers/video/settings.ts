import path from 'node:path';
import { ModelFolderError } from '../../models/folder/folder-error.js';
import type { TowerFile } from '../../models/folder/folder.js';
import { isJsonObject, readJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';
import { readImageSettings, rowShape as imageShape } from '../image/settings.js';
import type { ImageSettings } from '../image/settings.js';
import type { VideoClips } from './clips.js';

/** How a model wants its videos. */
export interface VideoSettings {
  readonly clips: VideoClips;
  readonly view: FramesAsImages | PairsInCrops;
}

/** For a tower of images: each frame is a row, prepared as an image is. */
export interface FramesAsImages {
  readonly kind: 'images';
  readonly image: ImageSettings;
}

/** For ImageBind's: the first and the last frame of a clip are a row together, for each of three squares side by side. */
export interface PairsInCrops {
  readonly kind: 'pairs';
  /** Side of the squares, in pixels. */
  readonly size: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** This program's own name of settings; every other file is an image tower's. */
const FILE = 'video.json';
/** Of a model of images: all of the video, ten frames. */
const USUAL_CLIPS: VideoClips = { count: 5, seconds: 2, policy: 'meta' };

/** Rows that a video becomes, before equal ones are counted once. */
export function rowsPerVideo({ clips, view }: VideoSettings): number {
  return clips.count * (view.kind === 'images' ? 2 : 3);
}

/** Of one row of the encoder. */
export function rowShape({ view }: VideoSettings): number[] {
  return view.kind === 'images' ? imageShape(view.image) : [3, 2, view.size, view.size];
}

/**
 * How a video tower of a model folder wants its videos.
 * @throws ModelFolderError that names the file, and the setting that cannot be followed.
 */
export async function readVideoSettings(
  folder: string,
  tower: Pick<TowerFile, 'settings'>,
): Promise<VideoSettings> {
  const { settings: file = FILE } = tower;
  if (path.basename(file) !== FILE)
    return { clips: USUAL_CLIPS, view: { kind: 'images', image: await readImageSettings(folder, tower) } };
  const config = await readJsonObject(path.join(folder, file));
  if (!config) throw new ModelFolderError(`${folder}: expected ${file}, there is none`);
  try {
    return parseVideoSettings(config);
  } catch (error) {
    throw new ModelFolderError(`${folder}: ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * What a `video.json` says: `{"clips": {"count": 5, "seconds": 2, "policy": "weaviate"}, "size": 224, "mean": […], "std": […]}`.
 * @throws Error that names the setting which is missing or wrong.
 */
export function parseVideoSettings(config: JsonObject): VideoSettings {
  const clips = isJsonObject(config['clips']) ? config['clips'] : {};
  const { policy } = clips;
  if (policy !== 'meta' && policy !== 'weaviate') throw wrong('clips.policy', 'meta or weaviate', policy);
  return {
    clips: {
      count: whole(clips['count'], 'clips.count', 100),
      seconds: whole(clips['seconds'], 'clips.seconds', 60),
      policy,
    },
    view: {
      kind: 'pairs',
      size: whole(config['size'], 'size', 1024),
      mean: triple(config['mean'], 'mean'),
      std: triple(config['std'], 'std'),
    },
  };
}

function whole(value: unknown, name: string, most: number): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  throw wrong(name, `a whole number of 1 to ${most}`, value);
}

function triple(value: unknown, name: string): readonly number[] {
  const isRight =
    Array.isArray(value) && value.length === 3 && value.every((x) => typeof x === 'number' && x > 0);
  if (!isRight) throw wrong(name, 'three numbers above 0', value);
  return value as number[];
}

function wrong(name: string, expected: string, value: unknown): Error {
  const received = JSON.stringify(value) ?? 'nothing';
  return new Error(`${name}: expected ${expected}, received ${received.slice(0, 80)}`);
}
