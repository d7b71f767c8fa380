import type { InferenceSession } from './onnxruntime.js';
import type { EncodedBatch, Row, TowerFacts } from './encoder.js';
import { halfToFloat } from '../file/half.js';
import { openTower } from './open-tower.js';
import { packRows } from './pack.js';
import type { TowerSignature } from './signature.js';
import type { TowerSpec } from './tower-spec.js';

/**
 * One tower of a model in this thread. `run` blocks the thread while the model computes, so towers live in threads of
 * their own.
 */
export class Tower {
  private constructor(
    readonly facts: TowerFacts,
    private readonly session: InferenceSession,
    private readonly signature: TowerSignature,
    private readonly spec: TowerSpec,
  ) {}

  /** Loads the file, reads how it wants to be called, and runs it once so that the first caller does not pay for it. */
  static async load(spec: TowerSpec): Promise<Tower> {
    const started = performance.now();
    const { session, signature } = await openTower(spec);
    const loaded = performance.now();
    const unknown: TowerFacts = {
      modality: spec.modality,
      dimensions: 0,
      loadMs: loaded - started,
      warmUpMs: 0,
    };
    const { vectors } = await new Tower(unknown, session, signature, spec).run([warmUpRow(spec)]);
    const dimensions = vectors[0]?.length;
    if (dimensions === undefined) throw new Error('the warm-up run gave numbers that are not finite');
    return new Tower(
      { ...unknown, dimensions, warmUpMs: performance.now() - loaded },
      session,
      signature,
      spec,
    );
  }

  /** Runs rows as one batch, or one by one where the file takes a fixed batch. */
  async run(rows: readonly Row[]): Promise<EncodedBatch> {
    const started = performance.now();
    const { fixedBatch } = this.signature;
    const vectors: (Float32Array | undefined)[] = [];
    for (const part of fixedBatch === undefined ? [rows] : chunk(rows, fixedBatch)) {
      vectors.push(...(await this.runBatch(part, fixedBatch ?? part.length)).slice(0, part.length));
    }
    return { vectors, encodeMs: performance.now() - started };
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  private async runBatch(rows: readonly Row[], size: number): Promise<(Float32Array | undefined)[]> {
    const feeds = packRows(rows, size, this.signature, this.spec);
    const results = await this.session.run(feeds, [this.signature.output]);
    const output = results[this.signature.output];
    if (!output || output.dims[0] !== size) {
      throw new Error(`expected ${size} vectors from the model, received ${String(output?.dims[0])}`);
    }
    const data =
      output.type === 'float16' ? halfToFloat(output.data as Uint16Array) : (output.data as Float32Array);
    const dimensions = data.length / size;
    return Array.from({ length: size }, (_, row) =>
      finish(data.slice(row * dimensions, (row + 1) * dimensions), this.spec.normalize),
    );
  }
}

function warmUpRow(spec: TowerSpec): Row {
  const { imageSize = 224, text } = spec;
  return spec.modality === 'image'
    ? new Float32Array(3 * imageSize * imageSize)
    : Int32Array.from(text?.sample ?? []);
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
