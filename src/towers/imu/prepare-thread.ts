import { workerData } from 'node:worker_threads';
import { move } from 'piscina';
import { toRefusal } from '../../core/refusal.js';
import type { Refusal } from '../../core/refusal.js';
import { toRow } from './readings.js';
import type { ImuSettings } from './settings.js';

const settings = workerData as ImuSettings;

/** The row of one file, its buffer handed over to the caller's thread. Nothing for no task: then it has loaded. */
export default function prepare(bytes: Uint8Array | null): Float32Array | Refusal | null {
  if (!bytes) return null;
  try {
    return move(toRow(bytes, settings)) as Float32Array;
  } catch (error) {
    return toRefusal(error);
  }
}
