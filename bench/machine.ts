import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { availableCores } from '../src/core/machine.js';
import { ROOT } from '../src/core/own-module.js';
import { VERSION } from '../src/core/version.js';

/** What a figure must be read with: the machine, the versions, and how busy the machine was before the run. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly coresAllowed: number;
  readonly instructionSets: readonly string[];
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly onnxruntime: string;
  readonly sharp: string;
  readonly handspring: string;
  /** `git describe`, where the program is a checkout. */
  readonly revision: string | undefined;
  /** The load average of the last minute. Far above 0 before the run means that others had the cores too. */
  readonly loadBefore: number;
}

/** Sets that decide how fast ONNX Runtime multiplies matrices. */
const TELLING_SETS = [
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'avx_vnni',
  'amx_tile',
  'amx_int8',
  'asimd',
];

export function describeMachine(): MachineFacts {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    coresAllowed: availableCores(),
    instructionSets: readInstructionSets(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    onnxruntime: versionOf('onnxruntime-node'),
    sharp: versionOf('sharp'),
    handspring: VERSION,
    revision: readRevision(),
    loadBefore: Math.round((os.loadavg()[0] ?? 0) * 10) / 10,
  };
}

function readInstructionSets(): string[] {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    const has = new Set(line.trim().split(/\s+/));
    return TELLING_SETS.filter((name) => has.has(name));
  } catch {
    return []; // not Linux
  }
}

function versionOf(name: string): string {
  const file = new URL(`node_modules/${name}/package.json`, ROOT);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function readRevision(): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: fileURLToPath(ROOT), encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    // Results that an earlier run left are no change to what is measured.
    const isChanged = git('status', '--porcelain', '--', '.', ':!bench/results') !== '';
    return git('describe', '--always') + (isChanged ? '-dirty' : '');
  } catch {
    return undefined;
  }
}
