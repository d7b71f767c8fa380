import { parentPort, workerData } from 'node:worker_threads';
import type { Order, Report } from '../../src/onnx/session/encoder-thread.js';

/**
 * Stands in for the encoder thread: the vector of a row is its first number, doubled. -1 as a first number ends the
 * thread, -2 throws in it, -3 fails the batch, -4 is never answered. A spec whose file is `cannot-load` fails the start.
 */
const { file } = workerData as { file: string };
if (file === 'cannot-load') throw new Error('no such model');

const port = parentPort;
const report = (message: Report) => port?.postMessage(message);

port?.on('message', (order: Order) => {
  if (order.kind === 'close') return port.close();
  const firsts = order.rows.map((row) => row[0] ?? 0);
  if (firsts.includes(-1)) process.exit(3);
  if (firsts.includes(-2)) throw new Error('out of memory');
  if (firsts.includes(-3)) return report({ kind: 'failed', id: order.id, message: 'bad shape' });
  if (firsts.includes(-4)) return;
  const vectors = firsts.map((first) => Float32Array.of(first * 2));
  report({ kind: 'encoded', id: order.id, batch: { vectors, encodeMs: 1 } });
});

report({ kind: 'ready', facts: { name: 'image', dimensions: 1, loadMs: 1, warmUpMs: 1, rowMs: 1 } });
