import { parentPort, workerData } from 'node:worker_threads';
import type { EncodedBatch, Row } from '../../core/encoder.js';
import { BlockingEncoder } from './blocking-encoder.js';
import type { EncoderFacts } from '../../core/encoder.js';
import type { EncoderSpec } from './encoder-spec.js';

/** To the thread: a batch, or the order to let go of the model. */
export type Order =
  | { readonly kind: 'encode'; readonly id: number; readonly rows: readonly Row[] }
  | { readonly kind: 'close' };

/** From the thread: loaded, a batch done, or a batch that failed while the thread lives on. */
export type Report =
  | { readonly kind: 'ready'; readonly facts: EncoderFacts }
  | { readonly kind: 'encoded'; readonly id: number; readonly batch: EncodedBatch }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

const port = parentPort;
if (!port) throw new Error('encoder-thread.js runs as a worker thread only');

const report = (message: Report, transfer: readonly ArrayBuffer[] = []) =>
  port.postMessage(message, transfer);
const encoder = await BlockingEncoder.load(workerData as EncoderSpec);

async function encode(id: number, rows: readonly Row[]): Promise<void> {
  try {
    const batch = await encoder.encode(rows);
    const buffers = batch.vectors.flatMap((vector) => (vector ? [vector.buffer as ArrayBuffer] : []));
    report({ kind: 'encoded', id, batch }, buffers);
  } catch (error) {
    report({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

port.on('message', (order: Order) => {
  if (order.kind === 'encode') void encode(order.id, order.rows);
  else void encoder.close().finally(() => port.close());
});
report({ kind: 'ready', facts: encoder.facts });
