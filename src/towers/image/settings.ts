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
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
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
export function parseHuggingFaceImage(config: JsonObject): ImageSettings {
  const resized = sides(config['size'], 'size');
  const crops = config['do_center_crop'] === true || 'shortest' in resized;
  const cropped = config['crop_size'] === undefined ? resized : sides(config['crop_size'], 'crop_size');
  const size = square(crops ? cropped : resized, crops ? 'crop_size' : 'size');
  const normalizes = config['do_normalize'] !== false;
  return {
    size,
    resize: 'shortest' in resized ? 'shortest-edge' : 'squash',
    resizeTo: 'shortest' in resized ? resized.shortest : size,
    filter: filter(config['resample'] ?? 3, 'resample'),
    cropRounding: 'floor',
    rescaleFactor:
      config['do_rescale'] === false ? 1 : positive(config['rescale_factor'] ?? 1 / 255, 'rescale_factor'),
    mean: normalizes ? triple(config['image_mean'], 'image_mean', number) : [0, 0, 0],
    std: normalizes ? triple(config['image_std'], 'image_std', positive) : [1, 1, 1],
  };
}

/** Settings of OpenCLIP's `preprocess_cfg.json`, as the models of immich carry it. */
export function parseOpenClipImage(config: JsonObject): ImageSettings {
  const size = square(sides(config['size'], 'size'), 'size');
  const mode = config['resize_mode'] ?? 'shortest';
  if (mode !== 'shortest' && mode !== 'squash') throw unsupported('resize_mode', 'shortest or squash', mode);
  return {
    size,
    resize: mode === 'squash' ? 'squash' : 'shortest-edge',
    resizeTo: size,
    filter: filter(config['interpolation'] ?? 'bicubic', 'interpolation'),
    // torchvision's CenterCrop rounds half to even
    cropRounding: 'half-even',
    rescaleFactor: 1 / 255,
    mean: triple(config['mean'], 'mean', number),
    std: triple(config['std'], 'std', positive),
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

function triple(value: unknown, name: string, read: ReadNumber): readonly [number, number, number] {
  if (!Array.isArray(value) || value.length !== 3) throw unsupported(name, 'three numbers', value);
  return [read(value[0], name), read(value[1], name), read(value[2], name)];
}

/** Of what is divided by, and of a factor that would make every image the same. */
function positive(value: unknown, name: string): number {
  if (number(value, name) <= 0) throw unsupported(name, 'a number above 0', value);
  return value as number;
}

/** More than any model's: pixels of one image are then some 200 MB of numbers. */
const LARGEST_SIDE = 4096;

function side(value: unknown, name: string): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LARGEST_SIDE)
    return value as number;
  throw unsupported(name, `a whole number of pixels from 1 to ${LARGEST_SIDE}`, value);
}

function number(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unsupported(name, 'a number', value);
  return value;
}

function unsupported(name: string, expected: string, value: unknown): UnsupportedSetting {
  const received = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
  return new UnsupportedSetting(`${name}: expected ${expected}, received ${received}`);
}
