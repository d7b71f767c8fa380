import { createHash } from 'node:crypto';
import type { Shard } from '../options/shard.js';

/**
 * Whether something is this run's, by its name alone: so every run decides alike, whatever order it meets things in and
 * whatever else comes and goes.
 */
export function isInShard(name: string, { index, count }: Shard): boolean {
  const hash = createHash('sha256').update(name).digest().readUIntBE(0, 6);
  return hash % count === index - 1;
}
