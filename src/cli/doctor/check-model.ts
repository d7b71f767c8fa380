import { stat } from 'node:fs/promises';
import { resolveOptions } from '../open-model.js';
import type { Config } from '../options/config.js';
import { loadModelFolder } from '../../models/folder/folder.js';
import { filesWithWeights } from '../../models/folder/weights.js';
import { externalFiles } from '../../onnx/file/external-files.js';
import { resolveModel } from '../../models/resolve.js';
import { TOWER_KINDS } from '../../towers/registry.js';
import type { Finding } from './finding.js';
import { toMiB } from './finding.js';

export interface CheckedModel {
  readonly finding: Finding;
  /** As the service would call it; absent where the model cannot be opened. */
  readonly name?: string;
  /** Of the files of its towers; of int8 as it will be, a quarter of fp32. */
  readonly bytes?: number;
}

/** The model's folder, as it lies in the cache; nothing is fetched. */
export async function checkModel(config: Config): Promise<CheckedModel> {
  try {
    const options = { ...resolveOptions(config), cacheOnly: true };
    const { folder, name } = await resolveModel(config.model, options);
    const model = await loadModelFolder(folder, {
      modalities: config.modalities,
      precision: config.precision === 'fp16' ? 'fp16' : 'fp32',
      ...(name === folder ? {} : { name }),
    });
    for (const kind of TOWER_KINDS) {
      const tower = model.towers[kind.modality];
      if (tower) await kind.plan(model, tower);
    }
    const stored = await sizeOf(await filesWithWeights(model, externalFiles));
    const bytes = config.precision === 'int8' ? stored / 4 : stored;
    const towers = Object.keys(model.towers).join(' and ');
    const what = `model ${model.name}: complete, ${towers}, ${toMiB(stored)} on disk`;
    return { finding: { state: 'ok', what }, name: model.name, bytes };
  } catch (error) {
    const what = `model: ${(error as Error).message}`;
    const advice = `see MODEL; a model of the catalogue is fetched by: handspring models pull ${config.model}`;
    return { finding: { state: 'problem', what, advice } };
  }
}

async function sizeOf(files: readonly string[]): Promise<number> {
  const stats = await Promise.all(files.map((file) => stat(file)));
  return stats.reduce((sum, { size }) => sum + size, 0);
}
