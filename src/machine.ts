import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Where cgroup v2 keeps the CPU quota of a container: `max 100000` or `150000 100000` (microseconds per period). */
const CPU_QUOTA_FILE = '/sys/fs/cgroup/cpu.max';

/** Cores this process may use: the affinity mask, cut by the cgroup's quota; at least 1. */
export function availableCores(quotaFile: string = CPU_QUOTA_FILE): number {
  const cores = os.availableParallelism();
  const [quota, period] = readQuota(quotaFile);
  return quota === undefined || period === undefined
    ? cores
    : Math.max(1, Math.min(cores, Math.floor(quota / period)));
}

function readQuota(file: string): [quota?: number, period?: number] {
  try {
    const [quota, period] = readFileSync(file, 'utf8').trim().split(/\s+/).map(Number);
    return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? [quota, period] : [];
  } catch {
    return []; // not Linux, or no cgroup v2: the affinity mask is all there is
  }
}

/** Memory this process may use, in bytes: the cgroup's limit if there is one, else the machine's. */
export function availableMemory(): number {
  const total = os.totalmem();
  const limit = process.constrainedMemory();
  return limit > 0 && limit < total ? limit : total;
}
