import type { OnnxModel } from '../file/decoded-model.js';
import { fuseAttention } from './fuse-attention.js';
import { Graph } from './graph.js';
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
