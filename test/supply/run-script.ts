import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';

export interface ScriptOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one of `scripts/` to its end.
 * @param npm The file that the script takes for npm; without one, the npm that runs the tests.
 */
export function runScript(name: string, npm?: string, args: readonly string[] = []): Promise<ScriptOutcome> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`scripts/${name}`, ROOT)), ...args], {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, ...(npm === undefined ? {} : { npm_execpath: npm }) },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
