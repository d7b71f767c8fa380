import { compareModels, type CompareOptions, type Comparison } from './compare.js';
import type { SampleInput } from './session.js';

// What runs in a thread of its own, each with one argument, as a pool's thread is given.
export { optimizeFile } from './optimize.js';
export { quantizeFile } from './quantize.js';

export interface CompareJob extends CompareOptions {
  readonly a: string | Uint8Array;
  readonly b: string | Uint8Array;
  readonly inputs: readonly SampleInput[];
}

/** `compareModels`, as a job. */
export function compareFiles({ a, b, inputs, ...options }: CompareJob): Promise<Comparison> {
  return compareModels(a, b, inputs, options);
}
