import type { Modality } from '../../core/modality.js';
import type { ModelFolder } from '../../models/folder/folder.js';
import { towerFacts } from '../../open/model-facts.js';
import type { TowerFacts } from '../../open/model-facts.js';
import type { Config } from '../options/config.js';

/** In which form a tower answers, as JSON tells it: `null` where it has no int8 weights. */
type TowerForm = Omit<TowerFacts, 'int8'> & { readonly int8: NonNullable<TowerFacts['int8']> | null };

/** The form of each tower of a model that was opened in a precision, by modality. */
export function towerForms(
  model: Pick<ModelFolder, 'towers'>,
  precision: Config['precision'],
): Record<Modality, TowerForm> {
  const forms = Object.entries(towerFacts(model, precision)).map(
    ([modality, facts]) => [modality, { ...facts, int8: facts.int8 ?? null }] as const,
  );
  return Object.fromEntries(forms);
}
