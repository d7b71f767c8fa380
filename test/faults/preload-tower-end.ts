import { existsSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

/**
 * Loaded before the program (`--import`) into every thread: ends a thread once a file named in END_THREADS, plus
 * `.image`, `.text` or `.prepare`, is there.
 */
const sign = process.env['END_THREADS'];
if (!isMainThread && sign !== undefined) {
  const { name } = (workerData ?? {}) as { name?: string };
  const file = `${sign}.${name ?? 'prepare'}`;
  const existedBefore = existsSync(file);
  if (!existedBefore) setInterval(() => existsSync(file) && process.exit(1), 20).unref();
}
