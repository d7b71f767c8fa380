import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ROOT } from '../../../src/core/own-module.js';
import type { ImageLimits } from '../../../src/towers/image/decode/inspect.js';
import type { ImageSettings } from '../../../src/towers/image/settings.js';

/** What Pillow and Hugging Face's processors make of one file; see test/fixtures/make_pixels.py. */
export interface ReferenceCase {
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the decoded pixels `[H, W, 3]`, as stored and turned as the orientation tag says. */
  readonly rgb: string;
  readonly uprightRgb: string;
  readonly settings: Readonly<Record<string, { readonly pixels: string; readonly tensor: string }>>;
  readonly bytes: number;
  /** Pillow refuses every shorter prefix of the file. */
  readonly neededBytes: number;
}

interface Reference {
  readonly settings: Readonly<Record<string, ImageSettings>>;
  readonly cases: Readonly<Record<string, ReferenceCase>>;
}

const FOLDER = new URL('test/fixtures/pixels/', ROOT);

export const NO_LIMITS: ImageLimits = { maxBytes: Infinity, maxPixels: Infinity };

export const REFERENCE = JSON.parse(fixture('reference.json').toString()) as Reference;

/** CLIP's own settings. */
export const CLIP = REFERENCE.settings['clip']!;

export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}

export function sha256(values: Uint8Array | Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}
