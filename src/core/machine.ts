import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where Linux tells of processes and of cgroups. */
export interface SystemFolders {
  readonly proc: string;
  readonly cgroup: string;
}

const SYSTEM: SystemFolders = { proc: '/proc', cgroup: '/sys/fs/cgroup' };

/**
 * Cores this process may use: the affinity mask, cut by the CPU quota of its cgroup or of one above it; at least 1. Both
 * versions of cgroups are read, in a container as in a systemd slice.
 */
export function availableCores(folders = SYSTEM, cores = os.availableParallelism()): number {
  const quotas = cgroupFolders(folders).map(({ folder, version }) =>
    version === 2 ? readQuota(folder) : readFirstQuota(folder),
  );
  return Math.max(1, Math.floor(Math.min(cores, ...quotas)));
}

/** Memory this process may use, in bytes: the cgroup's limit if there is one, else the machine's. */
export function availableMemory(total = os.totalmem(), limit = process.constrainedMemory()): number {
  return limit > 0 && limit < total ? limit : total;
}

/** Files and connections this process may have open at once; Infinity where the system does not say. */
export function availableDescriptors({ proc } = SYSTEM): number {
  const [, most = ''] = /^Max open files +(\d+)/m.exec(readText(path.join(proc, 'self/limits'))) ?? [];
  return most === '' ? Infinity : Number(most);
}

interface CgroupFolder {
  readonly folder: string;
  readonly version: 1 | 2;
}

/**
 * The folders whose quotas hold for this process, its own and those above. What a container sees of its own cgroup may be
 * the root, whatever path `/proc` tells: a folder that is not there sets no quota.
 */
function cgroupFolders({ proc, cgroup }: SystemFolders): CgroupFolder[] {
  const lines = readText(path.join(proc, 'self/cgroup')).split('\n');
  return lines.flatMap((line): CgroupFolder[] => {
    const [, controllers = '', own = ''] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (own === '') return [];
    if (controllers === '')
      return withParents(own).map((at) => ({ folder: path.join(cgroup, at), version: 2 }));
    if (!controllers.split(',').includes('cpu')) return [];
    return withParents(own).map((at) => ({ folder: path.join(cgroup, controllers, at), version: 1 }));
  });
}

/** `/a/b` → `/a/b`, `/a`, `/`. */
function withParents(folder: string): string[] {
  return folder === '/' ? ['/'] : [folder, ...withParents(path.dirname(folder))];
}

/** Cores by the second version's `cpu.max`: `max 100000` or `150000 100000`, microseconds per period. */
function readQuota(folder: string): number {
  const [quota, period] = readText(path.join(folder, 'cpu.max')).trim().split(/\s+/);
  return toCores(quota, period);
}

/** Cores by the first version's two files; -1 is no quota. */
function readFirstQuota(folder: string): number {
  const [quota, period] = ['quota', 'period'].map((name) =>
    readText(path.join(folder, `cpu.cfs_${name}_us`)),
  );
  return toCores(quota, period);
}

function toCores(quota: string | undefined, period: string | undefined): number {
  const cores = Number(quota) / Number(period);
  return cores > 0 ? cores : Infinity;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not Linux, or not there: it limits nothing
  }
}
