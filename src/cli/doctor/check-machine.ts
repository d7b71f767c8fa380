import os from 'node:os';
import type { Config } from '../options/config.js';
import { PLAIN_PIXEL_BYTES } from '../../towers/image/decode/decoding-bytes.js';
import { availableCores, availableMemory } from '../../core/machine.js';
import { toPrepareThreads } from '../../open/engine-options.js';
import { imageLimits, maxPendingPixels } from '../../open/memory-limits.js';
import type { Finding } from './finding.js';
import { toMiB } from './finding.js';

/** The program and a few photos, without a model and without the threads that decode. */
const BASE_BYTES = 140 * 2 ** 20;
/** What such a thread keeps beside pixels: after 96 photos of 16 callers the starter held 413 MiB with one of them, 656 with nine. */
const DECODING_THREAD_BYTES = 30 * 2 ** 20;
/** With less the smallest model was ended by the kernel under six callers with photos of 12 to 24 megapixels, in each of four runs at 384 and 448 MiB. */
const LEAST_BYTES = 512 * 2 ** 20;
/** What a byte of an ONNX file becomes: weights as they lie there, and as the processor wants them. */
const BYTES_PER_MODEL_BYTE = 1.5;

export interface Machine {
  readonly cores: number;
  readonly memory: number;
}

type MachineConfig = Pick<
  Config,
  | 'threads'
  | 'prepareThreads'
  | 'encoders'
  | 'maxImageBytes'
  | 'maxImagePixels'
  | 'maxPendingPixels'
  | 'maxPendingBytes'
>;

/**
 * Cores and memory that this process may use, beside what the options and the model want of them.
 * @param modelBytes Of the ONNX files together; without a model, only the images are judged.
 */
export function checkMachine(
  config: MachineConfig,
  modelBytes: number | undefined,
  machine: Machine = { cores: availableCores(), memory: availableMemory() },
): Finding[] {
  return [
    checkCores(config, machine),
    ...checkMemory(config, modelBytes, machine),
    checkImages(config, machine),
  ];
}

function checkCores({ threads }: MachineConfig, { cores }: Machine): Finding {
  const wanted = threads === 'auto' ? cores : threads;
  if (wanted <= cores) {
    const limited = cores < os.availableParallelism() ? ' (cgroup limit)' : '';
    return {
      state: 'ok',
      what: `${counted(cores, 'core')}${limited}, ${counted(wanted, 'thread')} in each tower`,
    };
  }
  return {
    state: 'warning',
    what: `${counted(wanted, 'thread')} on ${counted(cores, 'core')}`,
    advice: `lower THREADS to ${cores}, or give the container more CPU: threads without a core only wait for each other`,
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The model and the images that may be decoded at once, against the memory there is. */
function checkMemory(
  config: MachineConfig,
  modelBytes: number | undefined,
  { cores, memory }: Machine,
): Finding[] {
  if (modelBytes === undefined) return [];
  const pending = maxPendingPixels(config, memory) * PLAIN_PIXEL_BYTES;
  const model = modelBytes * config.encoders * BYTES_PER_MODEL_BYTE;
  // An image larger than all that may be pending is decoded alone.
  const images = Math.max(pending, largestImage(config, memory));
  const bodies = config.maxPendingBytes;
  const count = toPrepareThreads(config, cores);
  const threads = count * DECODING_THREAD_BYTES;
  const wanted = Math.max(BASE_BYTES + model + images + bodies + threads, LEAST_BYTES);
  const limited = memory < os.totalmem() ? ' (cgroup limit)' : '';
  const what = `about ${toMiB(wanted)} of ${toMiB(memory)} of memory${limited}: model ${toMiB(model)}, images up to ${toMiB(images)}, requests up to ${toMiB(bodies)}, ${counted(count, 'decoding thread')} ${toMiB(threads)}`;
  if (wanted <= memory) return [{ state: 'ok', what }];
  return [
    {
      state: memory < LEAST_BYTES ? 'problem' : 'warning',
      what,
      advice: `raise the memory limit to ${toMiB(wanted)}, lower MAX_IMAGE_PIXELS, MAX_PENDING_PIXELS and PREPARE_THREADS, or set PRECISION=int8`,
    },
  ];
}

/** Bytes of the largest plain photo that is let in; by itself the limit is Pillow's, or a quarter of the memory. */
function largestImage(config: MachineConfig, memory: number): number {
  const { maxPixels, maxDecodingBytes = Infinity } = imageLimits(config, memory);
  return Math.min(maxDecodingBytes, maxPixels * PLAIN_PIXEL_BYTES);
}

function checkImages(config: MachineConfig, { memory }: Machine): Finding {
  const bytes = largestImage(config, memory);
  if (bytes <= memory / 4) return { state: 'ok', what: `the largest image allowed takes ${toMiB(bytes)}` };
  return {
    state: 'warning',
    what: `one plain JPEG of MAX_IMAGE_PIXELS=${config.maxImagePixels} takes ${toMiB(bytes)} of ${toMiB(memory)} of memory`,
    advice: `leave MAX_IMAGE_PIXELS at auto, which counts what each format takes, lower it to ${Math.floor(memory / 4 / PLAIN_PIXEL_BYTES)} or less, or raise the memory limit`,
  };
}
