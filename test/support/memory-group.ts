import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A cgroup with a memory limit; a process that goes over it is killed by the system. */
export interface MemoryGroup {
  /** The command line that joins the group and then becomes the program. */
  commandLine(program: string, args: readonly string[]): string[];
  remove(): Promise<void>;
}

/** The root of the memory hierarchy and the file of its limit, in the first and the second version of cgroups. */
const VERSIONS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max' },
];

/** A new group of so many bytes, or `undefined` where none can be made: not Linux, not root, or a read-only hierarchy. */
export async function makeMemoryGroup(bytes: number): Promise<MemoryGroup | undefined> {
  for (const { root, limit } of VERSIONS) {
    const folder = path.join(root, `handspring-test-${process.pid}`);
    try {
      await readFile(path.join(root, 'cgroup.procs')); // a mount point without a hierarchy takes any folder
      await mkdir(folder);
      await writeFile(path.join(folder, limit), String(bytes));
    } catch {
      await rmdir(folder).catch(() => undefined);
      continue;
    }
    const join = `echo $$ > ${folder}/cgroup.procs && exec "$0" "$@"`;
    return {
      commandLine: (program, args) => ['sh', '-c', join, program, ...args],
      remove: () => rmdir(folder),
    };
  }
  return undefined;
}
