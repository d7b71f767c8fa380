import { readFile } from 'node:fs/promises';
import { verdictPathOf } from '../../open/optimized-file.js';
import type { QuantizationCard } from '../../onnx/int8/card.js';
import { cardPathOf } from '../../onnx/int8/card.js';
import type { OptimizeResult } from '../../onnx/jobs/optimize-file.js';
import type { TowerFile } from '../../models/folder/folder.js';

/** What a person reads of how near a made tower is to its original. */
type Fidelity = QuantizationCard['fidelity'];

/** Lines for people: a tower's file, what was made of it, where that is written down, and how near it is to the original. */
export async function describeMade(modality: string, tower: TowerFile): Promise<string[]> {
  const { file, isOptimized = false, int8 } = tower;
  const graph = isOptimized ? 'optimised graph' : 'graph as it was';
  const head = [
    `${modality}: ${graph}${int8 === undefined ? '' : `, int8 by ${int8}`}`,
    `  file      ${file}`,
  ];
  if (int8 !== undefined) {
    const card = cardPathOf(file);
    const { fidelity, speed } = await readJson<QuantizationCard>(card);
    return [...head, `  card      ${card}`, ...figures(fidelity, speed.ratio)];
  }
  if (!isOptimized) return head;
  const verdict = verdictPathOf(file);
  const { comparison } = await readJson<OptimizeResult>(verdict);
  return [
    ...head,
    `  verdict   ${verdict}`,
    ...(comparison ? figures(comparison, comparison.speedRatio) : []),
  ];
}

function figures({ cosineMean, cosineMin, items }: Fidelity, speedRatio: number): string[] {
  return [
    `  fidelity  cosine ${cosineMean.toFixed(6)} to the original on average, ${cosineMin.toFixed(6)} at worst, of ${items} samples`,
    `  speed     ${speedRatio.toFixed(2)} times the original's, when it was made here`,
  ];
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
