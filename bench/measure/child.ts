import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runArguments } from '../../src/core/own-module.js';

const run = promisify(execFile);

/** One measured value. */
export interface Sample {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Why there is no value, where it could not be measured. */
  readonly failure?: string;
}

/** What a script of this folder measures in a fresh process: it prints its samples as JSON. */
export async function measureInChild(script: string, args: readonly string[]): Promise<Sample[]> {
  const program = runArguments(new URL(script, import.meta.url));
  const { stdout } = await run(process.execPath, [...program, ...args], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Sample[];
}
