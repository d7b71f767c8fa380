import type { Row } from '../core/encoder.js';
import type { Modality } from '../core/modality.js';
import type { ModelFolder } from '../models/folder/folder.js';
import { TOWER_KINDS } from '../towers/registry.js';

interface SampleJob {
  readonly model: ModelFolder;
  readonly modality: Modality;
}

/**
 * Rows of everyday items, as requests would become, that a tower is tried on.
 * @throws Error if the model has no such tower.
 */
export async function sampleRows({ model, modality }: SampleJob): Promise<Row[]> {
  const kind = TOWER_KINDS.find((one) => one.modality === modality);
  const file = model.towers[modality];
  if (!kind || !file)
    throw new Error(`expected a model with a tower for ${modality}, ${model.name} has none`);
  return (await kind.plan(model, file)).samples();
}
