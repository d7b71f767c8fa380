import type { Modality } from '../core/modality.js';
import { USUAL_TOWERS } from '../models/layouts.js';

/**
 * Permits of MAX_PENDING_ITEMS that a row of each tower takes: how many times as long it keeps the machine as a row of the
 * dearest of the usual towers (without one, as the cheapest row there is), to the nearest whole number, at least 1. So an
 * image or a text is 1 with every model, whatever else is loaded: docs/decisions/2026-11-admission-by-cost.md.
 * @param rowMs What a row takes, by modality, as measured when the towers were warmed up.
 */
export function permitsPerRow(rowMs: ReadonlyMap<Modality, number>): Map<Modality, number> {
  const usual = USUAL_TOWERS.flatMap((modality) => rowMs.get(modality) ?? []);
  const unit = usual.length > 0 ? Math.max(...usual) : Math.min(...rowMs.values());
  const permits = (ms: number) => (unit > 0 ? Math.max(1, Math.round(ms / unit)) : 1);
  return new Map(Array.from(rowMs, ([modality, ms]) => [modality, permits(ms)]));
}
