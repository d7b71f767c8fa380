import { existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { isMainThread, workerData } from 'node:worker_threads';
import sharp from 'sharp';

/**
 * Loaded before the program (`--import`) into every thread. Once the file `image`, or `prepare`, is in the folder STICK_IN,
 * that thread goes into native code that nothing ends: a tower reads from the pipe `pipe` of that folder, to which nobody writes;
 * a thread that prepares has an image in the decoder for minutes.
 */
const folder = process.env['STICK_IN'];
if (!isMainThread && folder !== undefined) {
  const { name: thread = 'prepare' } = (workerData ?? {}) as { name?: string };
  const timer = setInterval(() => {
    if (!existsSync(path.join(folder, thread))) return;
    clearInterval(timer);
    if (thread === 'prepare') void decodeForMinutes();
    else openSync(path.join(folder, 'pipe'), 'r');
  }, 20).unref();
}

async function decodeForMinutes(): Promise<void> {
  const create = { width: 12_000, height: 12_000, channels: 3, background: 'grey' } as const;
  await sharp({ create }).median(25).raw().toBuffer();
}
