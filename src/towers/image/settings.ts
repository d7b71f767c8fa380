import path from 'node:path';
import { ModelFolderError } from '../../models/folder/folder-error.js';
import type { TowerFile } from '../../models/folder/folder.js';
import { isJsonObject, readJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';

/** How a model wants its pixels: what `preprocessor_config.json` and its like say, in one form. */
export interface ImageSettings {
  /** Side of the square input, in pixels. */
  readonly size: number;
  /**
   * `shortest-edge`: the short side becomes `resizeTo`, the long side `int(resizeTo * long / short)`, then a centre crop
   * of `size`. `squash`: both sides become `size`, whatever the shape (SigLIP).
   */
  readonly resize: 'shortest-edge' | 'squash';
  /** The short side after `shortest-edge`, in pixels; equal to `size` for CLIP. */
  readonly resizeTo: number;
  readonly filter: 'bicubic' | 'bilinear';
  /** Offset of the centre crop: `floor((d - size) / 2)` as Hugging Face, or rounded half to even as OpenAI and OpenCLIP. */
  readonly cropRounding: 'floor' | 'half-even';
  /** What a byte is multiplied by before the mean is taken off; 1/255 for every known model. */
  readonly rescaleFactor: number;
  /** One for each channel: three of colour, or a single one of grey, as Pillow's `convert('L')` makes it. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** How many frames of a film the model looks at: an image is as many equal ones. Absent: the model knows images alone. */
  readonly frames?: number;
}

/** Of the model's input for one image. */
export function rowShape({ size, mean, frames }: ImageSettings): number[] {
  return frames === undefined ? [mean.length, size, size] : [mean.length, frames, size, size];
}

/** OpenCLIP's name of its settings; every other file is read as Hugging Face's. */
const OPEN_CLIP_FILE = 'preprocess_cfg.json';

/**
 * How an image tower of a model folder wants its pixels, by the settings file that the folder has for it.
 * @throws ModelFolderError that names the file, and the setting that cannot be followed.
 */
export async function readImageSettings(
  folder: string,
  { settings: file = 'preprocessor_config.json' }: Pick<TowerFile, 'settings'>,
): Promise<ImageSettings> {
  const config = await readJsonObject(path.join(folder, file));
  if (!config) throw new ModelFolderError(`${folder}: expected ${file}, there is none`);
  try {
    return path.basename(file) === OPEN_CLIP_FILE
      ? parseOpenClipImage(config)
      : parseHuggingFaceImage(config);
  } catch (error) {
    throw new ModelFolderError(`${folder}: ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** A setting that this program cannot follow; the message names it and what was expected. */
class UnsupportedSetting extends Error {
  override readonly name = 'UnsupportedSetting';
}

/** Pillow's numbers of its filters, as Hugging Face writes them. */
const FILTERS: Readonly<Record<string, ImageSettings['filter']>> = {
  '2': 'bilinear',
  '3': 'bicubic',
  bilinear: 'bilinear',
  bicubic: 'bicubic',
};

/** Settings of a Hugging Face `preprocessor_config.json`, read as its `CLIPImageProcessor` and `SiglipImageProcessor` do. */
export function parseHuggingFaceImage(given: JsonObject): ImageSettings {
  // Its newer versions write null for what is left to them.
  const config = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const resized = sides(config['size'], 'size');
  if (!flag(config['do_resize'] ?? true, 'do_resize')) throw unsupported('do_resize', 'true', false);
  const crops = flag(config['do_center_crop'] ?? false, 'do_center_crop') || 'shortest' in resized;
  const cropped = config['crop_size'] === undefined ? resized : sides(config['crop_size'], 'crop_size');
  const size = square(crops ? cropped : resized, crops ? 'crop_size' : 'size');
  if ('height' in resized && resized.height !== size)
    throw unsupported('crop_size', `${resized.height}, as both sides are made`, size);
  const rescales = flag(config['do_rescale'] ?? true, 'do_rescale');
  const normalizes = flag(config['do_normalize'] ?? true, 'do_normalize');
  return {
    size,
    resize: 'shortest' in resized ? 'shortest-edge' : 'squash',
    resizeTo: 'shortest' in resized ? resized.shortest : size,
    filter: filter(config['resample'] ?? 3, 'resample'),
    cropRounding: 'floor',
    rescaleFactor: rescales ? positive(config['rescale_factor'] ?? 1 / 255, 'rescale_factor') : 1,
    mean: normalizes ? perChannel(config['image_mean'], 'image_mean', number) : [0, 0, 0],
    std: normalizes ? perChannel(config['image_std'], 'image_std', positive) : [1, 1, 1],
  };
}

/**
 * Settings of OpenCLIP's `preprocess_cfg.json`, as the models of immich carry it. Its `mode` may be Pillow's `L` too, for grey,
 * and beside its own fields there may be `frames`.
 */
export function parseOpenClipImage(config: JsonObject): ImageSettings {
  const size = square(sides(config['size'], 'size'), 'size');
  const mode = config['resize_mode'] ?? 'shortest';
  if (mode !== 'shortest' && mode !== 'squash') throw unsupported('resize_mode', 'shortest or squash', mode);
  const colours = config['mode'] ?? 'RGB';
  if (colours !== 'RGB' && colours !== 'L') throw unsupported('mode', 'RGB or L', colours);
  const channels = colours === 'L' ? 1 : 3;
  return {
    size,
    resize: mode === 'squash' ? 'squash' : 'shortest-edge',
    resizeTo: size,
    filter: filter(config['interpolation'] ?? 'bicubic', 'interpolation'),
    // torchvision's CenterCrop rounds half to even
    cropRounding: 'half-even',
    rescaleFactor: 1 / 255,
    mean: perChannel(config['mean'], 'mean', number, channels),
    std: perChannel(config['std'], 'std', positive, channels),
    ...(config['frames'] === undefined ? {} : { frames: frameCount(config['frames'], 'frames') }),
  };
}

type Sides = { readonly shortest: number } | { readonly height: number; readonly width: number };

/** `224`, `[224, 224]`, `{"shortest_edge": 224}` and `{"height": 224, "width": 224}` are all in use. */
function sides(value: unknown, name: string): Sides {
  if (typeof value === 'number') return { shortest: side(value, name) };
  if (Array.isArray(value)) return { height: side(value[0], name), width: side(value[1], name) };
  if (isJsonObject(value)) {
    if ('shortest_edge' in value) return { shortest: side(value['shortest_edge'], name) };
    if ('height' in value) return { height: side(value['height'], name), width: side(value['width'], name) };
  }
  throw unsupported(name, 'a number, shortest_edge, or height and width', value);
}

function square(value: Sides, name: string): number {
  if ('shortest' in value) return value.shortest;
  if (value.height !== value.width) throw unsupported(name, 'a square', `${value.width} x ${value.height}`);
  return value.height;
}

function filter(value: unknown, name: string): ImageSettings['filter'] {
  const known = FILTERS[String(value)];
  if (!known) throw unsupported(name, 'bicubic (3) or bilinear (2)', value);
  return known;
}

type ReadNumber = (value: unknown, name: string) => number;

function perChannel(value: unknown, name: string, read: ReadNumber, channels = 3): readonly number[] {
  if (!Array.isArray(value) || value.length !== channels)
    throw unsupported(name, channels === 1 ? 'a list of one number' : 'three numbers', value);
  return value.map((one) => read(one, name));
}

/** A string that says false is none: it would be taken for true. */
function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw unsupported(name, 'true or false', value);
  return value;
}

/** Beyond it, pixels of 32 bits are all the same, or none. */
const SMALLEST = 1e-6;
const LARGEST = 1e6;

/** Of what is divided by, and of a factor that would make every image the same. */
function positive(value: unknown, name: string): number {
  if (number(value, name) <= 0) throw unsupported(name, 'a number above 0', value);
  if (number(value, name) < SMALLEST) throw unsupported(name, `a number of at least ${SMALLEST}`, value);
  return value as number;
}

/** More than any model's: pixels of one image are then some 200 MB of numbers. */
const LARGEST_SIDE = 4096;

function side(value: unknown, name: string): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LARGEST_SIDE)
    return value as number;
  throw unsupported(name, `a whole number of pixels from 1 to ${LARGEST_SIDE}`, value);
}

/** As many fit into memory with the largest side. */
const MOST_FRAMES = 16;

function frameCount(value: unknown, name: string): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_FRAMES)
    return value as number;
  throw unsupported(name, `a whole number from 1 to ${MOST_FRAMES}`, value);
}

function number(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unsupported(name, 'a number', value);
  if (Math.abs(value) > LARGEST) throw unsupported(name, `a number of at most ${LARGEST}`, value);
  return value;
}

function unsupported(name: string, expected: string, value: unknown): UnsupportedSetting {
  const received = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
  return new UnsupportedSetting(`${name}: expected ${expected}, received ${received}`);
}
