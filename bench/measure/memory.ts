import { readFile, readdir } from 'node:fs/promises';

export interface Memory {
  readonly residentMiB: number;
  /** The sum of each process's own peak, which need not have come at one time. */
  readonly peakMiB: number;
}

/** Resident memory of a process and all that it has started, now and at its peak. Linux only: elsewhere NaN. */
export async function readTreeMemory(root: number): Promise<Memory> {
  const statuses = await readStatuses();
  const tree = new Set([root]);
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const status of statuses) if (tree.has(field(status, 'PPid'))) tree.add(field(status, 'Pid'));
  }
  const members = statuses.filter((status) => tree.has(field(status, 'Pid')));
  const sumMiB = (name: string) =>
    members.length === 0 ? NaN : members.reduce((sum, status) => sum + field(status, name), 0) / 1024;
  return { residentMiB: sumMiB('VmRSS'), peakMiB: sumMiB('VmHWM') };
}

async function readStatuses(): Promise<string[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  // A process may end between the two readings.
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')));
}

/** A field of `/proc/PID/status`, sizes in kB; 0 if the process has none, as those of the kernel have no memory. */
function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}
