import type { Row } from '../../src/core/encoder.js';
import type { EncoderSpec } from '../../src/onnx/session/encoder-spec.js';
import { InferenceSession } from '../../src/onnx/session/onnxruntime.js';
import { packRows } from '../../src/onnx/session/pack.js';
import { readSignature } from '../../src/onnx/session/signature.js';
import { outputsOf } from '../../src/open/tower-spec.js';
import { availableCores } from '../../src/core/machine.js';
import type { ModelFolder, TowerFile } from '../../src/models/folder/folder.js';
import { readImageSettings } from '../../src/towers/image/settings.js';

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
  { folder, towers: { image } }: ModelFolder,
  batch: number,
): Promise<() => Promise<unknown>> {
  const tower = present(image);
  const { size } = await readImageSettings(folder, tower);
  const input = { kind: 'dense', shape: [3, size, size] } as const;
  const row = Float32Array.from({ length: 3 * size * size }, (_, at) => Math.sin(at));
  return runOf(session, { input, outputs: outputsOf('image', tower) }, Array<Row>(batch).fill(row));
}

/** Runs a text tower's session on a batch of that size, of texts of so many tokens. */
export function textRun(
  session: InferenceSession,
  { towers: { text } }: ModelFolder,
  batch: number,
  tokens: number,
): () => Promise<unknown> {
  const input = { kind: 'tokens', contextLength: tokens, padId: 0, padTo: undefined } as const;
  const row = Int32Array.from({ length: tokens }, (_, at) => at + 1);
  return runOf(session, { input, outputs: outputsOf('text', present(text)) }, Array<Row>(batch).fill(row));
}

function present(tower: TowerFile | undefined): TowerFile {
  if (!tower) throw new Error('expected a model with that tower');
  return tower;
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
