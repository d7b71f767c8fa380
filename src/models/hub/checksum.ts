import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { ownModule } from '../../core/own-module.js';

/** What a hub announces of a file: SHA-256 for large files, the hash of its Git blob for small ones. */
export interface Checksum {
  readonly kind: 'sha256' | 'git-blob';
  /** Lower-case hexadecimal. */
  readonly hex: string;
}

/** The checksum in an `x-linked-etag` or `etag` header, or `undefined` if it is neither a SHA-256 nor a SHA-1. */
export function parseChecksum(etag: string | undefined): Checksum | undefined {
  const hex = /^(?:W\/)?"?([0-9a-f]+)"?$/i.exec(etag ?? '')?.[1]?.toLowerCase();
  if (hex?.length === 64) return { kind: 'sha256', hex };
  if (hex?.length === 40) return { kind: 'git-blob', hex };
  return undefined;
}

/** A file's hashes, read once from disk: `gitBlob` is the SHA-1 of `blob`, its length, a zero byte and its content. */
export async function hashFile(path: string, bytes: number): Promise<{ sha256: string; gitBlob: string }> {
  const sha256 = createHash('sha256');
  const gitBlob = createHash('sha1').update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sha256.update(chunk as Buffer);
    gitBlob.update(chunk as Buffer);
  }
  return { sha256: sha256.digest('hex'), gitBlob: gitBlob.digest('hex') };
}

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
  const thread = new Worker(THREAD_FILE, { workerData: path, name: 'hash' });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) =>
      reject(new Error(`${path}: the thread that hashes it ended with code ${code}`)),
    );
  });
}
