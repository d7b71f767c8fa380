import type { Modality } from '../../core/modality.js';
import type { Config } from '../options/config.js';
import type { ModelFolder, TowerFile } from '../../models/folder/folder.js';

/** In which form a tower answers. */
export interface TowerForm {
  readonly precision: Config['precision'];
  /** How int8 weights are scaled; `null` in another precision. */
  readonly int8: NonNullable<TowerFile['int8']> | null;
  /** Whether the graph is the rewritten one: it is not where `OPTIMIZE` recognised nothing. */
  readonly optimized: boolean;
}

/** The form of each tower of a model that was opened in a precision, by modality. */
export function towerForms(
  { towers }: Pick<ModelFolder, 'towers'>,
  precision: Config['precision'],
): Record<Modality, TowerForm> {
  const form = ({ int8, isOptimized = false }: TowerFile): TowerForm => ({
    precision,
    int8: int8 ?? null,
    optimized: isOptimized,
  });
  return Object.fromEntries(Object.entries(towers).map(([modality, tower]) => [modality, form(tower)]));
}
