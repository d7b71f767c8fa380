import { Batcher } from '../core/batcher.js';
import type { EncoderFacts, Row } from '../core/encoder.js';
import type { Observer } from '../core/observer.js';
import { EncoderPool } from '../onnx/session/encoder-pool.js';
import { ThreadedEncoder } from '../onnx/session/threaded-encoder.js';
import type { EncoderSpec } from '../onnx/session/encoder-spec.js';
import { allOrNone } from './all-or-none.js';

/** A model file at work: what batches for it, and what it is. */
export interface LoadedEncoder {
  readonly batcher: Batcher<Row>;
  readonly facts: EncoderFacts;
  /** Lets the batch under way end, and gives back threads and memory. */
  close(): Promise<void>;
}

export interface Batching {
  /** Most rows in a batch. */
  readonly maxBatch: number;
  /** Rows with another key do not go into one batch. */
  readonly groupOf?: ((row: Row) => number) | undefined;
}

/** Share of a full batch that bulk gets while queries come: a query then waits for about the time it takes itself. */
const BULK_SHARE_BESIDE_QUERIES = 1 / 8;

/**
 * So many encoders of one file, loaded side by side, behind one queue.
 * @throws Error that says why the file could not be loaded.
 */
export async function startEncoders(
  spec: EncoderSpec,
  copies: number,
  { maxBatch, groupOf }: Batching,
  observer: Observer,
): Promise<LoadedEncoder> {
  const started = await allOrNone(Array.from({ length: copies }, () => startEncoder(spec, observer)));
  const pool = new EncoderPool(started.map(({ encoder }) => encoder));
  const batcher = new Batcher<Row>({
    encode: (rows) => pool.encode(rows),
    maxBatch,
    maxBulkBesideQueries: Math.ceil(maxBatch * BULK_SHARE_BESIDE_QUERIES),
    lanes: pool.lanes,
    ...(groupOf && { groupOf }),
    onBatch: (rows) => observer.onBatch?.(spec.name, rows),
  });
  return { batcher, facts: started[0]!.facts, close: () => pool.close() };
}

async function startEncoder(spec: EncoderSpec, observer: Observer) {
  const { encoder, facts } = await ThreadedEncoder.start(spec, {
    onDeath: (error) => observer.onEncoderDeath?.(spec.name, error),
  });
  observer.onEncoderReady?.(facts);
  return { encoder, facts, close: () => encoder.close() };
}
