import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';

/** The folder with everything that is deployed. */
export const DEPLOY = fileURLToPath(new URL('deploy/', ROOT));

/** The folder that `deploy/check` keeps its tools in. */
export const TOOL_CACHE = path.join(
  process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'),
  'handspring',
  'deploy',
);

/** The environment in which `deploy/check` has put its tools on the PATH; nginx is in sbin. */
export const TOOL_ENV: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [path.join(TOOL_CACHE, 'bin'), process.env['PATH'], '/usr/sbin'].join(path.delimiter),
};

/** A Python with the packages of `test/deploy/requirements.txt`. */
export const PYTHON = path.join(TOOL_CACHE, 'venv', 'bin', 'python');

export interface Outcome {
  readonly code: number | null;
  /** Both streams, as they came. */
  readonly output: string;
  readonly stdout: string;
}

/**
 * Runs a tool to its end, whatever its exit code.
 * @throws Error that says how tools are installed, if it is not there.
 */
export function run(command: string, args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: TOOL_ENV });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => ((output += chunk.toString()), (stdout += chunk.toString())));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (cause) =>
      reject(new Error(`${command} cannot be run; deploy/check installs it`, { cause })),
    );
    child.once('close', (code) => resolve({ code, output, stdout }));
    child.stdin.on('error', () => undefined); // a tool that has ended early does not read on
    child.stdin.end(input);
  });
}

/** What a tool prints; its output is the error if it does not end well. */
export async function runWell(command: string, args: readonly string[], input = ''): Promise<string> {
  const { code, output, stdout } = await run(command, args, input);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return stdout;
}
