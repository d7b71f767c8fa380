import { openTower } from './encoder/open-tower.js';
import { packRows } from './encoder/pack.js';
import type { TowerSpec } from './encoder/tower-spec.js';
import type { SampleInput } from './graph/session.js';
import type { ModelFolder } from './model/folder.js';
import { sampleRows } from './sample-rows.js';

/** Rows in one sample batch: enough to show that neighbours do not matter, few enough for any memory. */
const SAMPLE_BATCH = 4;

export interface SampleJob {
  readonly model: ModelFolder;
  readonly spec: TowerSpec;
}

/** What a tower is tried on: sample photos or sentences, prepared as requests are, in small batches. */
export async function sampleInputs({ model, spec }: SampleJob): Promise<SampleInput[]> {
  const rows = await sampleRows(model, spec.modality);
  const { session, signature } = await openTower(spec);
  await session.release();
  const size = signature.fixedBatch ?? SAMPLE_BATCH;
  const batches: SampleInput[] = [];
  for (let at = 0; at < rows.length; at += size) {
    const batch = rows.slice(at, at + size);
    const tensors = packRows(batch, signature.fixedBatch ?? batch.length, signature, spec);
    const plain = Object.entries(tensors).map(([name, { data, dims }]) => [name, { data, dims }] as const);
    batches.push(Object.fromEntries(plain) as SampleInput);
  }
  return batches;
}
