import { writeChecked } from '../file/write.js';
import type { Applied } from '../rewrite/rewrite-model.js';
import { rewriteModel } from '../rewrite/rewrite-model.js';
import type { CallSpec } from '../session/own-part.js';
import { REWRITE_MAX_ABS } from '../trial/bounds.js';
import type { CompareOptions, Comparison } from '../trial/compare-models.js';
import { compareModels } from '../trial/compare-models.js';
import type { Samples } from '../trial/samples.js';
import { readTower, writeTower } from './tower-file.js';

interface OptimizeJob extends CompareOptions {
  readonly from: string;
  readonly to: string;
  readonly call: CallSpec;
  /** At least three rows, that the rewritten model is tried on. */
  readonly samples: Samples;
}

export interface OptimizeResult {
  readonly applied: readonly Applied[];
  /** Whether `to` was written. */
  readonly kept: boolean;
  /** Why it was not. */
  readonly reason?: string;
  readonly comparison?: Comparison;
}

/**
 * Writes the rewritten model to `to` if it answers as the original does, to `REWRITE_MAX_ABS`, on the samples. A rewrite
 * that turns out wrong, or that ONNX Runtime does not load, is dropped and no file is written. Blocks its thread for
 * seconds: `inBackground('optimizeFile', job)` runs it in a process of its own.
 * @throws Error if the file cannot be read as a model, or the new one cannot be written.
 */
export async function optimizeFile(job: OptimizeJob): Promise<OptimizeResult> {
  const { from, to, samples, call } = job;
  let applied: readonly Applied[] = [];
  const write = async (part: string) => {
    const tower = await readTower(from, call);
    applied = rewriteModel(tower.model);
    if (applied.length > 0) await writeTower(part, tower);
  };
  return writeChecked(to, write, async (part) => {
    if (applied.length === 0) return { applied, kept: false, reason: 'no known pattern in the graph' };
    try {
      const comparison = await compareModels(from, part, samples, call, job);
      const kept = comparison.maxAbs <= REWRITE_MAX_ABS;
      return { applied, kept, comparison, ...(kept ? {} : { reason: `differs by ${comparison.maxAbs}` }) };
    } catch (error) {
      return { applied, kept: false, reason: error instanceof Error ? error.message : String(error) };
    }
  });
}
