import { Done } from '../done.js';
import { checkRun, forgetRun, noteRun, stateOf } from '../run-file.js';
import type { RunIdentity } from '../run-file.js';
import { jsonLinesFile } from './json-lines.js';
import { npyFile } from './npy.js';
import type { Output } from './output.js';
import type { Column } from './parquet.js';

/** Where a run's vectors go. */
export interface OutputOptions {
  /** Its ending says what it is. */
  readonly file: string;
  readonly dimensions: number;
  readonly columns: readonly Column[];
  readonly identity: RunIdentity;
  /** Go on with what a run that was broken off left, if there is such. */
  readonly resume: boolean;
}

export interface OpenedOutput {
  readonly output: Output;
  /** What it has of an earlier run. */
  readonly done: Done;
}

type Opener = (file: string, dimensions: number, columns: readonly Column[], done?: Done) => Promise<Output>;

const OPENERS: Readonly<Record<string, Opener>> = {
  jsonl: (file, _dimensions, _columns, done) => jsonLinesFile(file, done),
  npy: (file, dimensions, _columns, done) => npyFile(file, dimensions, done),
  // Its library is loaded where it is needed.
  parquet: async (file, dimensions, columns, done) =>
    (await import('./parquet.js')).parquetFile(file, columns, dimensions, done),
};

/** @throws ConfigError where what is there is of another run; Error of the system. */
export async function openOutputFile(options: OutputOptions): Promise<OpenedOutput> {
  const { file, dimensions, columns, identity, resume } = options;
  const isResumed = resume && (await stateOf(file)) === 'half';
  await (isResumed ? checkRun(file, identity) : noteRun(file, identity));
  const done = new Done();
  const open = OPENERS[file.slice(file.lastIndexOf('.') + 1)]!;
  const output = await open(file, dimensions, columns, isResumed ? done : undefined);
  const finish = async () => {
    await output.finish();
    await forgetRun(file);
  };
  return { output: { ...output, finish }, done };
}
