import type { Modality } from '../core/modality.js';
import type { Row } from '../core/encoder.js';
import { openSession } from '../onnx/session/open-session.js';
import { packRows } from '../onnx/session/pack.js';
import type { EncoderSpec } from '../onnx/session/encoder-spec.js';
import type { SampleBatch } from '../onnx/trial/batching.js';
import type { SampleInput } from '../onnx/session/session.js';
import type { ModelFolder } from '../models/folder/folder.js';
import { TOWER_KINDS } from '../towers/registry.js';

/** Rows in one sample batch: enough to show that neighbours do not matter, few enough for any memory. */
const SAMPLE_BATCH = 4;

export interface SampleJob {
  readonly model: ModelFolder;
  readonly spec: EncoderSpec;
}

/**
 * What a tower is tried on: sample photos or sentences, prepared as requests are, in small batches, and each alone as
 * the service pads it then.
 */
export async function sampleInputs({ model, spec }: SampleJob): Promise<SampleBatch[]> {
  const rows = await sampleRows({ model, modality: spec.name });
  const { session, signature } = await openSession(spec);
  await session.release();
  const pack = (batch: readonly Row[]) =>
    plain(packRows(batch, signature.fixedBatch ?? batch.length, signature));
  const size = signature.fixedBatch ?? SAMPLE_BATCH;
  const batches: SampleBatch[] = [];
  for (let at = 0; at < rows.length; at += size) {
    const batch = rows.slice(at, at + size);
    batches.push({ together: pack(batch), alone: batch.map((row) => pack([row])) });
  }
  return batches;
}

/** Rows of everyday items, as requests would become. */
export async function sampleRows({
  model,
  modality,
}: {
  readonly model: ModelFolder;
  readonly modality: Modality;
}): Promise<Row[]> {
  const kind = TOWER_KINDS.find((one) => one.modality === modality);
  const file = model.towers[modality];
  if (!kind || !file)
    throw new Error(`expected a model with a tower for ${modality}, ${model.name} has none`);
  return (await kind.plan(model, file)).samples();
}

/** The tensors as values that can be posted to a process. */
function plain(tensors: ReturnType<typeof packRows>): SampleInput {
  const entries = Object.entries(tensors).map(([name, { data, dims }]) => [name, { data, dims }] as const);
  return Object.fromEntries(entries) as SampleInput;
}
