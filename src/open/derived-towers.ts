import path from 'node:path';
import type { Logger } from 'pino';
import type { Modality } from '../core/modality.js';
import { statIfThere } from '../core/optional-file.js';
import { writeAtOnce } from '../core/write-at-once.js';
import type { EncoderSpec } from '../onnx/session/encoder-spec.js';
import { inBackground, runJobsOf } from '../onnx/jobs/background.js';
import type { Int8Scheme, QuantizeJob, QuantizeResult } from '../onnx/int8/quantize.js';
import { CONVERTER } from '../onnx/int8/converter.js';
import { isRowKernelExact } from '../onnx/int8/row-kernel.js';
import type { SampleBatch } from '../onnx/trial/batching.js';
import { madeOnce } from './made-once.js';
import type { ModelFolder, TowerFile } from '../models/folder/folder.js';
import { sha256File } from '../core/sha256-file.js';
import type * as sampling from './sample-inputs.js';
import { encoderSpecs } from './encoder-spec.js';
import { toEncoderSettings } from './engine-options.js';
import type { EngineOptions } from './engine-options.js';

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
}

/** In the background too: a session of a large model takes seconds to open. */
const sampleInBackground = runJobsOf<typeof sampling>(new URL('./sample-inputs.js', import.meta.url));

/**
 * The model with its towers' files replaced by faster ones made from them: rewritten, in int8, or both. They are made
 * once, compared with the original on sample photos and sentences, and kept in the cache by what made them and the original's
 * hash.
 * @throws Error if int8 was asked for and a tower is too far from fp32 with it, or has nothing to store so; if the cache
 * cannot be written; the signal's reason.
 */
export async function deriveTowers(
  model: ModelFolder,
  options: DeriveOptions,
  log: Logger,
  stop?: AbortSignal,
): Promise<ModelFolder> {
  if (!options.optimize && options.precision !== 'int8') return model;
  const towers: Record<Modality, TowerFile> = { ...model.towers };
  const specs = await encoderSpecs(model, toEncoderSettings(options, model));
  const hashes = await Promise.all(
    specs.map(async ({ file }) => options.hashes?.get(file) ?? sha256File(file)),
  );
  for (const [at, spec] of specs.entries()) {
    const folder = path.join(options.cacheDir, 'derived', CONVERTER, `${hashes[at]}-${spec.name}`);
    const derived = await deriveTower(model, spec, options, {
      folder,
      log: log.child({ modality: spec.name }),
      stop,
    });
    towers[spec.name] = { ...towers[spec.name], ...derived };
  }
  return { ...model, towers };
}

async function deriveTower(
  model: ModelFolder,
  spec: EncoderSpec,
  options: DeriveOptions,
  { folder, log, stop }: Pick<Work, 'folder' | 'log' | 'stop'>,
): Promise<TowerFile> {
  stop?.throwIfAborted();
  let samples: Promise<SampleBatch[]> | undefined;
  const work: Work = {
    spec,
    folder,
    log,
    stop,
    threads: spec.threads,
    samples: () => (samples ??= sampleInBackground('sampleInputs', { model, spec }, stop)),
  };
  const exact = options.optimize ? await optimized(work) : spec.file;
  const isOptimized = exact !== spec.file;
  if (options.precision !== 'int8') return { file: exact, isDerived: isOptimized, isOptimized };
  return { ...(await quantized(work, exact)), isDerived: true, isOptimized };
}

interface Work {
  readonly spec: EncoderSpec;
  readonly folder: string;
  readonly log: Logger;
  readonly stop: AbortSignal | undefined;
  readonly threads: number;
  readonly samples: () => Promise<SampleBatch[]>;
}

/** `optimized.onnx` has what was found of it in `optimized.json`. */
export function verdictPathOf(file: string): string {
  return file.replace(/\.onnx$/, '.json');
}

/** The rewritten file, or the original where nothing is recognised or the answers differ; the verdict is kept beside it. */
async function optimized({ spec, folder, log, stop, threads, samples }: Work): Promise<string> {
  const to = path.join(folder, 'optimized.onnx');
  const verdict = verdictPathOf(to);
  const kept = async () => {
    if (!(await statIfThere(verdict))) return undefined;
    return (await statIfThere(to)) ? to : spec.file;
  };
  const make = async (given: AbortSignal) => {
    log.info('optimising the graph; once for this model');
    const inputs = (await samples()).map(({ together }) => together);
    const job = { from: spec.file, to, inputs, threads };
    const result = await inBackground('optimizeFile', job, given);
    await writeAtOnce(verdict, `${JSON.stringify(result, null, 2)}\n`);
    log.info(result, result.kept ? 'the optimised graph is used' : 'the graph is used as it is');
    return result.kept ? to : spec.file;
  };
  return madeOnce({ folder, kept, make, log, stop });
}

/** By rows where this processor can and the model bears it, in blocks otherwise; which it was is in the file's name. */
async function quantized(work: Work, from: string): Promise<{ file: string; int8: Int8Scheme }> {
  const { folder, log, stop } = work;
  const stem = path.join(folder, from === work.spec.file ? 'int8' : 'optimized-int8');
  const fileOf = (scheme: Int8Scheme) => `${stem}-${scheme}.onnx`;
  const schemes: Int8Scheme[] = (await isRowKernelExact()) ? ['rows', 'blocks'] : ['blocks'];
  const kept = async () => {
    for (const scheme of schemes) {
      if (await statIfThere(fileOf(scheme))) return scheme;
      if (!(await statIfThere(`${stem}-${scheme}.refused.txt`))) return undefined;
    }
    return undefined;
  };
  const make = async (given: AbortSignal) => {
    let reason = '';
    for (const scheme of schemes) {
      const result = await quantizedBy(scheme, { ...work, stop: given }, from, fileOf(scheme));
      if (result.kept) return scheme;
      ({ reason } = result);
      await writeAtOnce(`${stem}-${scheme}.refused.txt`, `${reason}\n`);
    }
    throw new Error(`${work.spec.file} in int8: ${reason}`);
  };
  const int8 = await madeOnce({ folder, kept, make, log, stop });
  return { file: fileOf(int8), int8 };
}

async function quantizedBy(
  scheme: Int8Scheme,
  { spec, log, stop, threads, samples: sampled }: Work,
  from: string,
  to: string,
): Promise<QuantizeResult> {
  log.info(`storing the weights as int8 by ${scheme}; once for this model`);
  const batches = await sampled();
  // What is learned from is not what it is judged by.
  const every = (part: number) => batches.filter((_, index) => index % 2 === part);
  const common = { from, to, reference: spec.file, threads };
  const job: QuantizeJob =
    scheme === 'rows'
      ? { ...common, scheme, calibration: every(0).map(({ together }) => together), samples: every(1) }
      : { ...common, scheme, samples: batches };
  const result: QuantizeResult = await inBackground('quantizeFile', job, stop);
  if (result.kept) {
    const { fidelity, speed } = result.card;
    log.info({ fidelity, speed: speed.ratio }, 'the int8 weights are used');
  } else log.info(`int8 by ${scheme} is not used: ${result.reason}`);
  return result;
}
