import path from 'node:path';
import type { Row } from '../core/encoder.js';
import type { Modality } from '../core/modality.js';
import type { ModelFolder, TowerFile } from '../models/folder/folder.js';
import { fingerprintOf } from '../onnx/file/fingerprint.js';
import { CONVERTER } from '../onnx/int8/converter.js';
import { runJobsOf } from '../onnx/jobs/background.js';
import { TOWER_KINDS } from '../towers/registry.js';
import type { DeriveEvent, DeriveWork } from './derive-work.js';
import { encoderKey, encoderSpec } from './encoder-spec.js';
import { toEncoderSettings } from './engine-options.js';
import type { EngineOptions } from './engine-options.js';
import { int8File } from './int8-file.js';
import { optimizedFile } from './optimized-file.js';
import type * as sampling from './sample-rows.js';

export interface DeriveOptions extends Pick<
  EngineOptions,
  'threads' | 'spinMicroseconds' | 'normalize' | 'precision'
> {
  /** Holds the files that are made, in a folder of their own. */
  readonly cacheDir: string;
  /** Whether graphs are rewritten to do less work. */
  readonly optimize: boolean;
  /** SHA-256 of files by path, where they are known already. */
  readonly hashes?: ReadonlyMap<string, string> | undefined;
  readonly onEvent?: (event: DeriveEvent) => void;
  /** Aborted when nobody waits for the model any more. */
  readonly stop?: AbortSignal | undefined;
}

/** Photos take seconds to decode and resize. */
const sampleInBackground = runJobsOf<typeof sampling>(new URL('./sample-rows.js', import.meta.url));

/**
 * The model with its towers' files replaced by faster ones made from them: rewritten, in int8, or both. They are made
 * once, compared with the original on samples of what towers are fed, and kept in the cache by what made them and the
 * original's fingerprint. Towers that share an encoder share what is made of it.
 * @throws Error if int8 was asked for and a tower is too far from fp32 with it, or has nothing to store so; if the cache
 * cannot be written; the signal's reason.
 */
export async function deriveTowers(model: ModelFolder, options: DeriveOptions): Promise<ModelFolder> {
  const { optimize, precision, cacheDir, stop, onEvent = () => undefined } = options;
  if (!optimize && precision !== 'int8') return model;
  const towers: Record<Modality, TowerFile> = { ...model.towers };
  const settings = toEncoderSettings(options, model);
  const wanted = TOWER_KINDS.flatMap((kind) => {
    const tower = model.towers[kind.modality];
    return tower ? [{ kind, tower }] : [];
  });
  const isShared = ({ file }: TowerFile) => wanted.filter(({ tower }) => tower.file === file).length > 1;
  const madeBefore = new Map<string, TowerFile>();
  const files = [...new Set(wanted.map(({ tower }) => tower.file))];
  const prints = await Promise.all(files.map((file) => fingerprintOf(file, options.hashes)));
  for (const { kind, tower } of wanted) {
    stop?.throwIfAborted();
    const { modality } = kind;
    let planned: ReturnType<typeof kind.plan> | undefined;
    const plan = () => (planned ??= kind.plan(model, tower));
    const spec = async () => encoderSpec(modality, tower, await plan(), settings);
    const key = isShared(tower) ? encoderKey(tower.file, await plan()) : modality;
    let rows: Promise<Row[]> | undefined;
    const samples = () => (rows ??= sampleInBackground('sampleRows', { model, modality }, stop));
    const folder = path.join(
      cacheDir,
      'derived',
      CONVERTER,
      `${prints[files.indexOf(tower.file)]?.sha256}-${modality}`,
    );
    const work = { modality, file: tower.file, spec, folder, samples, onEvent, stop };
    const made = madeBefore.get(key) ?? (await deriveFile(work, options));
    madeBefore.set(key, made);
    towers[modality] = { ...tower, ...made };
  }
  return { ...model, towers };
}

async function deriveFile(
  work: DeriveWork,
  { optimize, precision }: Pick<DeriveOptions, 'optimize' | 'precision'>,
): Promise<TowerFile> {
  const exact = optimize ? await optimizedFile(work) : work.file;
  const isOptimized = exact !== work.file;
  if (precision !== 'int8') return { file: exact, isDerived: isOptimized, isOptimized };
  return { ...(await int8File(work, exact)), isDerived: true, isOptimized };
}
