import { readFile } from 'node:fs/promises';
import { type CompareOptions, compareModels, type Comparison } from '../trial/compare.js';
import type { SampleInput } from '../session/session.js';
import { fuseAttention } from './fuse-attention.js';
import { Graph } from './graph.js';
import { writeChecked, writeChunks } from '../file/write.js';
import { modelChunks, type OnnxModel, parseModel } from '../file/decoded-model.js';
import { REWRITE_MAX_ABS } from '../trial/parity.js';
import { choosePooledTokenEarly } from './pooled-token.js';

/** How often a rewrite found its pattern. */
export interface Applied {
  readonly rewrite: string;
  readonly count: number;
}

/** In this order: the pooled token can pass attention only where it is one operator. */
const REWRITES = [
  { rewrite: 'fuse-attention', apply: fuseAttention },
  { rewrite: 'pooled-token', apply: choosePooledTokenEarly },
] as const;

/** Rewrites a model in place, and answers what was done. A model with graphs inside its nodes is left alone. */
export function rewriteModel(model: OnnxModel): Applied[] {
  const graph = new Graph(model);
  if (graph.hasSubgraphs) return [];
  return REWRITES.map(({ rewrite, apply }) => ({ rewrite, count: apply(graph) })).filter(
    ({ count }) => count > 0,
  );
}

export interface OptimizeJob extends CompareOptions {
  readonly from: string;
  readonly to: string;
  /** Real inputs of the tower, at least three items in all, that the rewritten model is tried on. */
  readonly inputs: readonly SampleInput[];
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
 * Writes the rewritten model to `to` if it answers as the original does, to `REWRITE_MAX_ABS`, on the inputs. A rewrite
 * that turns out wrong, or that ONNX Runtime does not load, is dropped and no file is written. Blocks its thread for
 * seconds: `inBackground('optimizeFile', job)` runs it in a process of its own.
 */
export async function optimizeFile({ from, to, inputs, ...options }: OptimizeJob): Promise<OptimizeResult> {
  let applied: readonly Applied[] = [];
  const write = async (part: string) => {
    const model = parseModel(await readFile(from));
    applied = rewriteModel(model);
    await writeChunks(part, modelChunks(model));
  };
  return writeChecked(to, write, async (part) => {
    if (applied.length === 0) return { applied, kept: false, reason: 'no known pattern in the graph' };
    try {
      const comparison = await compareModels(from, part, inputs, options);
      const kept = comparison.maxAbs <= REWRITE_MAX_ABS;
      return { applied, kept, comparison, ...(kept ? {} : { reason: `differs by ${comparison.maxAbs}` }) };
    } catch (error) {
      return { applied, kept: false, reason: error instanceof Error ? error.message : String(error) };
    }
  });
}
