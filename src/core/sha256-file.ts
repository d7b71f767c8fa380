import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { ownModule, threadFlags } from './own-module.js';

/** From this size on a file is worth a thread: to start one takes as long as to hash some ten megabytes. */
const THREAD_BYTES = 16 << 20;

const THREAD_FILE = ownModule(new URL('./hash-thread.js', import.meta.url));

/**
 * The SHA-256 of a file on disk, in hexadecimal. A large one is read in a thread of its own, so that several are read side
 * by side and the caller's event loop is free.
 * @throws Error of the system if it cannot be read.
 */
export async function sha256File(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size >= THREAD_BYTES) return sha256InThread(path);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function sha256InThread(path: string): Promise<string> {
  const thread = new Worker(THREAD_FILE, { workerData: path, name: 'hash', execArgv: threadFlags() });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) =>
      reject(new Error(`${path}: the thread that hashes it ended with code ${code}`)),
    );
  });
}
