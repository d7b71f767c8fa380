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
  { image, text }: Pick<ModelFolder, 'image' | 'text'>,
  precision: Config['precision'],
): Partial<Record<'image' | 'text', TowerForm>> {
  const form = ({ int8, isOptimized = false }: TowerFile): TowerForm => ({
    precision,
    int8: int8 ?? null,
    optimized: isOptimized,
  });
  return { ...(image && { image: form(image) }), ...(text && { text: form(text) }) };
}
