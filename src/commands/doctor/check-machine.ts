import os from 'node:os';
import type { Config } from '../../config.js';
import { availableCores, availableMemory } from '../../machine.js';
import { MOST_PIXELS } from '../../options/limits.js';
import type { Finding } from './finding.js';
import { toMiB } from './finding.js';

/** The program, its threads and a few photos, without a model. */
const BASE_BYTES = 200 * 2 ** 20;
/** What a byte of an ONNX file becomes: weights as they lie there, and as the processor wants them. */
const BYTES_PER_MODEL_BYTE = 1.5;
/** Red, green and blue. */
const BYTES_PER_PIXEL = 3;

export interface Machine {
  readonly cores: number;
  readonly memory: number;
}

type MachineConfig = Pick<Config, 'threads' | 'encoders' | 'maxImagePixels' | 'maxPendingPixels'>;

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
    return { state: 'ok', what: `${cores} cores${limited}, ${wanted} threads in each tower` };
  }
  return {
    state: 'warning',
    what: `${wanted} threads on ${cores} cores`,
    advice: `lower THREADS to ${cores}, or give the container more CPU: threads without a core only wait for each other`,
  };
}

/** The model and the images that may be decoded at once, against the memory there is. */
function checkMemory(
  { encoders, maxImagePixels, maxPendingPixels }: MachineConfig,
  modelBytes: number | undefined,
  { memory }: Machine,
): Finding[] {
  if (modelBytes === undefined) return [];
  const pending = maxPendingPixels === 'auto' ? memory / 8 : maxPendingPixels * BYTES_PER_PIXEL;
  const model = modelBytes * encoders * BYTES_PER_MODEL_BYTE;
  // An image larger than all that may be pending is decoded alone.
  const images = Math.max(pending, largestImage(maxImagePixels, memory));
  const wanted = BASE_BYTES + model + images;
  const limited = memory < os.totalmem() ? ' (cgroup limit)' : '';
  const what = `about ${toMiB(wanted)} of ${toMiB(memory)} of memory${limited}: model ${toMiB(model)}, images up to ${toMiB(images)}`;
  if (wanted <= memory) return [{ state: 'ok', what }];
  return [
    {
      state: 'warning',
      what,
      advice: `raise the memory limit to ${toMiB(wanted)}, lower MAX_IMAGE_PIXELS and MAX_PENDING_PIXELS, or set PRECISION=int8`,
    },
  ];
}

/** Bytes of the largest plain photo that is let in; by itself the limit is Pillow's, or a quarter of the memory. */
function largestImage(maxImagePixels: MachineConfig['maxImagePixels'], memory: number): number {
  if (maxImagePixels !== 'auto') return maxImagePixels * BYTES_PER_PIXEL;
  return Math.min(memory / 4, MOST_PIXELS * BYTES_PER_PIXEL);
}

function checkImages({ maxImagePixels }: MachineConfig, { memory }: Machine): Finding {
  const bytes = largestImage(maxImagePixels, memory);
  if (bytes <= memory / 4) return { state: 'ok', what: `the largest image allowed takes ${toMiB(bytes)}` };
  return {
    state: 'warning',
    what: `one image of MAX_IMAGE_PIXELS=${maxImagePixels} takes ${toMiB(bytes)} of ${toMiB(memory)} of memory`,
    advice: `lower MAX_IMAGE_PIXELS to ${Math.floor(memory / 4 / BYTES_PER_PIXEL)} or less, or raise the memory limit`,
  };
}
