import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogueEntry } from '../../src/models/catalogue.js';
import type { ResolveOptions } from '../../src/models/resolve.js';
import { RETRY_POLICY } from '../../src/core/retry.js';
import { StandInHub, sha256Of } from './hub.js';
import type { StandInFile } from './hub.js';
import { noise } from './random.js';

export const REPOSITORY = 'someone/tiny-clip';

/** The contents differ at every place, so that a resume at the wrong offset shows. */
export const TINY_FILES = {
  'config.json': { content: Buffer.from('{"model_type":"clip"}'), lfs: false },
  'preprocessor_config.json': { content: Buffer.from('{"size":224}'), lfs: false },
  'tokenizer.json': { content: noise(5_000, 1), lfs: false },
  // Larger than what a broken connection may hold in its buffers, which is lost: see download.test.ts.
  'onnx/vision_model.onnx': { content: noise(3_000_000, 2), lfs: true },
  'onnx/vision_model_fp16.onnx': { content: noise(100_000, 3), lfs: true },
  'onnx/text_model.onnx': { content: noise(150_000, 4), lfs: true },
} satisfies Record<string, StandInFile>;

export type TinyPath = keyof typeof TINY_FILES;

/** A catalogue entry of the stand-in's repository with every LFS file pinned. */
export function tinyEntry(overrides: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const pinned = (path: TinyPath) => {
    const { content } = TINY_FILES[path];
    return { path, sha256: sha256Of(content), bytes: content.length };
  };
  const open = (path: TinyPath) => ({ path, sha256: null, bytes: null });
  return {
    name: 'tiny-clip',
    title: 'Tiny',
    repository: REPOSITORY,
    revision: 'a'.repeat(40),
    files: [
      open('config.json'),
      open('preprocessor_config.json'),
      open('tokenizer.json'),
      pinned('onnx/vision_model.onnx'),
      pinned('onnx/vision_model_fp16.onnx'),
      pinned('onnx/text_model.onnx'),
    ],
    dimensions: 8,
    context: 77,
    licence: 'MIT',
    languages: 'English',
    normalise: true,
    replaces: null,
    choose: 'For tests.',
    ranOnRealWeights: false,
    ...overrides,
  };
}

/** A running stand-in, an empty cache and options that join them, with pauses and time-outs of milliseconds. */
export async function startTinyHub(): Promise<{
  hub: StandInHub;
  cacheDir: string;
  options: ResolveOptions;
  stop: () => Promise<void>;
}> {
  const hub = await new StandInHub(REPOSITORY, TINY_FILES).start();
  const cacheDir = mkdtempSync(join(tmpdir(), 'handspring-cache-'));
  const options: ResolveOptions = {
    cacheDir,
    offline: false,
    modalities: ['image', 'text'],
    precision: 'fp32',
    hub: { endpoint: hub.endpoint, stallMs: 150 },
    externalFiles: () => Promise.resolve([]), // the stand-in's models are noise
    retry: { ...RETRY_POLICY, minDelayMs: 1, maxDelayMs: 2 },
    catalogue: [tinyEntry()],
  };
  const stop = async () => {
    await hub.stop();
    await rm(cacheDir, { recursive: true, force: true });
  };
  return { hub, cacheDir, options, stop };
}
