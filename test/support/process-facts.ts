import { readFile, readdir } from 'node:fs/promises';

/** What Linux tells of a running process; `undefined` elsewhere. */
export interface ProcessFacts {
  readonly memoryBytes: number;
  readonly descriptors: number;
  readonly threads: number;
}

export async function readProcessFacts(pid: number): Promise<ProcessFacts | undefined> {
  if (process.platform !== 'linux') return undefined;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [descriptors, threads] = await Promise.all(
    ['fd', 'task'].map(async (folder) => (await readdir(`/proc/${pid}/${folder}`)).length),
  );
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return { memoryBytes: kilobytes * 1024, descriptors: descriptors ?? NaN, threads: threads ?? NaN };
}
