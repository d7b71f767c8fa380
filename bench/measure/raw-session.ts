import type { Row } from '../../src/core/encoder.js';
import type { EncoderSpec } from '../../src/onnx/session/encoder-spec.js';
import { InferenceSession } from '../../src/onnx/session/onnxruntime.js';
import { packRows } from '../../src/onnx/session/pack.js';
import { readSignature } from '../../src/onnx/session/signature.js';
import { encoderSpecs } from '../../test/support/encoder-specs.js';
import type { Modality } from '../../src/core/modality.js';
import { availableCores } from '../../src/core/machine.js';
import type { ModelFolder } from '../../src/models/folder/folder.js';

/** A session of ONNX Runtime with all cores, its own defaults where nothing else is asked for, and nothing around it. */
export function openRaw(
  file: string,
  options: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  return InferenceSession.create(file, {
    intraOpNumThreads: availableCores(),
    logSeverityLevel: 3,
    ...options,
  });
}

/** Runs an image tower's session on a batch of that size. */
export async function imageRun(
  session: InferenceSession,
  model: ModelFolder,
  batch: number,
): Promise<() => Promise<unknown>> {
  const spec = await specOf(model, 'image');
  const row = Float32Array.from(spec.sample, (_, at) => Math.sin(at));
  return runOf(session, spec, Array<Row>(batch).fill(row));
}

/** Runs a text tower's session on a batch of that size, of texts of so many tokens. */
export async function textRun(
  session: InferenceSession,
  model: ModelFolder,
  batch: number,
  tokens: number,
): Promise<() => Promise<unknown>> {
  const { outputs } = await specOf(model, 'text');
  const input = { kind: 'tokens', contextLength: tokens, padId: 0, padTo: undefined } as const;
  const row = Int32Array.from({ length: tokens }, (_, at) => at + 1);
  return runOf(session, { input, outputs }, Array<Row>(batch).fill(row));
}

/** What the service would load for a model's tower, with all cores and vectors as they come. */
export async function specOf(model: ModelFolder, modality: Modality): Promise<EncoderSpec> {
  const settings = { threads: availableCores(), spinMicroseconds: 0, normalize: false, evenLengths: false };
  const specs = await encoderSpecs(model, settings);
  const spec = specs.find(({ name }) => name === modality);
  if (!spec) throw new Error(`expected a model with a tower for ${modality}`);
  return spec;
}

function runOf(
  session: InferenceSession,
  spec: Pick<EncoderSpec, 'input' | 'outputs'>,
  rows: readonly Row[],
): () => Promise<unknown> {
  const signature = readSignature(session.inputMetadata, session.outputMetadata, spec);
  const feeds = packRows(rows, rows.length, signature);
  return () => session.run(feeds, [signature.output]);
}
