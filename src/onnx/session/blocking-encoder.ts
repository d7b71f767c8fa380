import type { EncodedBatch, Encoder, Row } from '../../core/encoder.js';
import { halfToFloat } from '../file/half.js';
import type { EncoderFacts } from '../../core/encoder.js';
import type { EncoderSpec } from './encoder-spec.js';
import type { InferenceSession } from './onnxruntime.js';
import { openSession } from './open-session.js';
import { packRows } from './pack.js';
import type { Signature } from './signature.js';

/**
 * A model file in this thread, which `encode` blocks while the model computes: the service's encoders live in threads of
 * their own. The rows stay the caller's.
 */
export class BlockingEncoder implements Encoder {
  readonly lanes = 1;
  readonly facts: EncoderFacts;
  readonly #session: InferenceSession;
  readonly #signature: Signature;
  readonly #normalize: boolean;

  private constructor(
    facts: EncoderFacts,
    session: InferenceSession,
    signature: Signature,
    normalize: boolean,
  ) {
    this.facts = facts;
    this.#session = session;
    this.#signature = signature;
    this.#normalize = normalize;
  }

  /**
   * Loads the file, reads how it wants to be called, and runs it twice: so that the first caller does not pay for the
   * first run, and to know what a row takes.
   * @throws Error that names the file and what it lacks.
   */
  static async load(spec: EncoderSpec): Promise<BlockingEncoder> {
    const started = performance.now();
    const { session, signature } = await openSession(spec);
    const loadMs = performance.now() - started;
    const unknown: EncoderFacts = { name: spec.name, dimensions: 0, loadMs, warmUpMs: 0, rowMs: 0 };
    const cold = new BlockingEncoder(unknown, session, signature, spec.normalize);
    const { vectors, encodeMs: warmUpMs } = await cold.encode([spec.sample]);
    const dimensions = vectors[0]?.length;
    if (dimensions === undefined) throw new Error('the warm-up run gave numbers that are not finite');
    const { encodeMs: rowMs } = await cold.encode([spec.sample]);
    return new BlockingEncoder(
      { ...unknown, dimensions, warmUpMs, rowMs },
      session,
      signature,
      spec.normalize,
    );
  }

  /** The vectors of the rows: as one batch, or in batches of the file's size where that is fixed. */
  async encode(rows: readonly Row[]): Promise<EncodedBatch> {
    const started = performance.now();
    const { fixedBatch } = this.#signature;
    const vectors: (Float32Array | undefined)[] = [];
    for (const part of fixedBatch === undefined ? [rows] : chunk(rows, fixedBatch)) {
      vectors.push(...(await this.#run(part, fixedBatch ?? part.length)).slice(0, part.length));
    }
    return { vectors, encodeMs: performance.now() - started };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #run(rows: readonly Row[], size: number): Promise<(Float32Array | undefined)[]> {
    const { output: name } = this.#signature;
    const results = await this.#session.run(packRows(rows, size, this.#signature), [name]);
    const output = results[name];
    if (!output || output.dims[0] !== size) {
      throw new Error(`expected ${size} vectors from the model, received ${String(output?.dims[0])}`);
    }
    const data =
      output.type === 'float16' ? halfToFloat(output.data as Uint16Array) : (output.data as Float32Array);
    const dimensions = data.length / size;
    return Array.from({ length: size }, (_, row) =>
      finish(data.slice(row * dimensions, (row + 1) * dimensions), this.#normalize),
    );
  }
}

/** The vector as it leaves: of length 1 if asked for, `undefined` if a number in it is not finite. */
function finish(vector: Float32Array, normalize: boolean): Float32Array | undefined {
  let squares = 0;
  for (const x of vector) squares += x * x;
  if (!Number.isFinite(squares)) return undefined;
  if (normalize && squares > 0) {
    const scale = 1 / Math.sqrt(squares);
    for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) * scale;
  }
  return vector;
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
