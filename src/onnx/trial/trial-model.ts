import type { Row } from '../../core/encoder.js';
import type { EncoderSpec } from '../session/encoder-spec.js';
import { InferenceSession } from '../session/onnxruntime.js';
import { packRows } from '../session/pack.js';
import { readSignature } from '../session/signature.js';
import type { Signature } from '../session/signature.js';
import type { Samples } from './samples.js';
import { batchesOf } from './samples.js';

/** How a model is called; see `EncoderSpec`. */
export type CallSpec = Pick<EncoderSpec, 'input' | 'outputs' | 'evenLengths'>;

export interface TrialOptions {
  /** Threads of one run; ONNX Runtime's own choice if left out. */
  readonly threads?: number;
}

/** A model that is tried out: its vectors as they come, with nothing around the session. Blocks the thread that runs it. */
export class TrialModel {
  readonly #session: InferenceSession;
  readonly #signature: Signature;

  private constructor(session: InferenceSession, signature: Signature) {
    this.#session = session;
    this.#signature = signature;
  }

  /** @throws Error if the model cannot be loaded, or takes no such rows. */
  static async open(
    source: string | Uint8Array,
    call: CallSpec,
    options: TrialOptions = {},
  ): Promise<TrialModel> {
    const session = await openTrialSession(source, options);
    try {
      return new TrialModel(session, readSignature(session.inputMetadata, session.outputMetadata, call));
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** The samples in batches of the size that the file takes. */
  batchesOf(samples: Samples): Row[][] {
    return batchesOf(samples, this.#signature.fixedBatch);
  }

  /** One vector for each row of a batch. The rows stay the caller's. */
  async vectorsOf(rows: readonly Row[]): Promise<Float32Array[]> {
    const { output: name, fixedBatch = rows.length } = this.#signature;
    const output = (await this.#session.run(packRows(rows, fixedBatch, this.#signature), [name]))[name];
    if (output?.type !== 'float32' || output.dims.length !== 2)
      throw new Error('model: expected float32 vectors [batch, dimensions], received none');
    const data = output.data as Float32Array;
    const width = data.length / fixedBatch;
    return rows.map((_, row) => data.slice(row * width, (row + 1) * width));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** A session on the processor, for measuring. */
export function openTrialSession(
  source: string | Uint8Array,
  { threads }: TrialOptions,
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
