import { InferenceSession, Tensor } from '../../src/onnx/session/onnxruntime.js';
import { readImageSignature, readTextSignature } from '../../src/onnx/session/signature.js';
import type { SignatureHints, TokenInput } from '../../src/onnx/session/signature.js';
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
  const { pixels, output } = readImageSignature(
    session.inputMetadata,
    session.outputMetadata,
    hintsOf(image),
  );
  const { size } = await readImageSettings(folder, image ?? {});
  const dims = [batch, 3, size, size];
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, at) => Math.sin(at));
  const feeds = { [pixels]: new Tensor('float32', data, dims) };
  return () => session.run(feeds, [output]);
}

/** Runs a text tower's session on a batch of that size, of texts of so many tokens. */
export function textRun(
  session: InferenceSession,
  { towers: { text } }: ModelFolder,
  batch: number,
  tokens: number,
): () => Promise<unknown> {
  const signature = readTextSignature(session.inputMetadata, session.outputMetadata, hintsOf(text));
  const feed = (input: TokenInput | undefined, value: (at: number) => number) =>
    input ? { [input.name]: integers(input, [batch, tokens], value) } : {};
  const feeds = {
    ...feed(signature.ids, (at) => (at % tokens) + 1),
    ...feed(signature.attentionMask, () => 1),
    ...feed(signature.tokenTypes, () => 0),
  };
  return () => session.run(feeds, [signature.output]);
}

function hintsOf(tower: TowerFile | undefined): SignatureHints {
  return { pooledIsEmbedding: tower?.pooledIsEmbedding ?? false };
}

function integers(
  { type }: TokenInput,
  dims: readonly [number, number],
  value: (at: number) => number,
): Tensor {
  const values = Array.from({ length: dims[0] * dims[1] }, (_, at) => value(at));
  return type === 'int32'
    ? new Tensor('int32', Int32Array.from(values), dims)
    : new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
}
