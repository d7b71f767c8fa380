import { InferenceSession, Tensor } from './onnxruntime.js';

/** One input of a model. */
export interface InputTensor {
  readonly data: Float32Array | BigInt64Array | Int32Array;
  readonly dims: readonly number[];
}

/** What one run is fed: a batch, by input name. */
export type SampleInput = Readonly<Record<string, InputTensor>>;

export interface SessionOptions {
  /** Threads of one run; ONNX Runtime's own choice if left out. */
  readonly threads?: number;
}

/** The vectors of a batch: the rows of the model's first output of two dimensions. */
export async function rowsOf(
  session: InferenceSession,
  feed: InferenceSession.FeedsType,
): Promise<Float32Array[]> {
  const results = await session.run(feed);
  const output = session.outputNames.map((name) => results[name]).find((tensor) => tensor?.dims.length === 2);
  if (output?.type !== 'float32')
    throw new Error('model: expected float32 vectors [batch, dimensions], received none');
  const [rows = 0, width = 0] = output.dims;
  const data = output.data as Float32Array;
  return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width));
}

/** A session on the processor, for measuring. */
export function openModel(
  source: string | Uint8Array,
  { threads }: SessionOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    // Two sessions that spin while they wait would take each other's processors.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    logSeverityLevel: 3,
  };
  return typeof source === 'string'
    ? InferenceSession.create(source, options)
    : InferenceSession.create(source, options);
}

/** The input as ONNX Runtime takes it; the data are shared. */
export function toFeeds(input: SampleInput): InferenceSession.FeedsType {
  const entries = Object.entries(input).map(
    ([name, { data, dims }]) => [name, toTensor(data, dims)] as const,
  );
  return Object.fromEntries(entries);
}

function toTensor(data: InputTensor['data'], dims: readonly number[]): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, dims);
  if (data instanceof Int32Array) return new Tensor('int32', data, dims);
  return new Tensor('int64', data, dims);
}
