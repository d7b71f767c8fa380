import type { Row } from '../../core/encoder.js';
import type { ModelInMemory } from '../file/external-files.js';
import { InferenceSession } from '../session/onnxruntime.js';
import { openOwnPart } from '../session/own-part.js';
import type { CallSpec } from '../session/own-part.js';
import { packRows } from '../session/pack.js';
import type { Signature } from '../session/signature.js';
import type { Samples } from './samples.js';
import { batchesOf } from './samples.js';

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

  /**
   * @param file A model, or one that holds it beside others: then they are left out.
   * @throws Error if it cannot be loaded, or takes no such rows.
   */
  static async open(file: string, call: CallSpec, options: TrialOptions = {}): Promise<TrialModel> {
    const { session, signature } = await openOwnPart(file, call, (part) => openTrialSession(part, options));
    return new TrialModel(session, signature);
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
  model: string | ModelInMemory,
  { threads }: TrialOptions,
): Promise<InferenceSession> {
  const session = {
    // Two sessions that spin while they wait would take each other's processors.
    intra_op: { allow_spinning: '0' },
  };
  const options = {
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    logSeverityLevel: 3 as const,
  };
  if (typeof model === 'string') return InferenceSession.create(model, { ...options, extra: { session } });
  const weights = { model_external_initializers_file_folder_path: model.folder };
  return InferenceSession.create(model.bytes, { ...options, extra: { session: { ...session, ...weights } } });
}
