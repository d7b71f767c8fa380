import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const VERSION = '4.32.5';
const CACHE = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
  'handspring-tests',
);

/** The program `schemathesis` in a Python environment of its own, made on first use. Needs python3 and PyPI. */
export async function installSchemathesis(): Promise<string> {
  const folder = path.join(CACHE, `schemathesis-${VERSION}`);
  const program = path.join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  await mkdir(CACHE, { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(path.join(folder, 'bin', 'pip'), ['install', '-q', `schemathesis==${VERSION}`], {
    maxBuffer: 2 ** 26,
  });
  return program;
}
