import { Done } from '../done.js';
import { checkRun, forgetRun, noteRun, runBeganMs, stateOf } from '../run-file.js';
import type { RunIdentity } from '../run-file.js';
import { changedSince, dropLines, dropVectorRows } from './drop-changed.js';
import type { DropRows } from './drop-changed.js';
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
  /** What the paths of rows are relative to: rows of files that have changed since their run began are made again. */
  readonly root?: string | undefined;
}

export interface OpenedOutput {
  readonly output: Output;
  /** What it has of an earlier run. */
  readonly done: Done;
  /** Rows that it had, of files that have changed since. */
  readonly changed: number;
}

/** Of a half-written file, by its ending. */
const DROPPERS: Readonly<Record<string, DropRows>> = {
  jsonl: dropLines,
  npy: dropVectorRows,
  parquet: dropVectorRows,
};

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
  const { file, dimensions, columns, identity, resume, root } = options;
  const isResumed = resume && (await stateOf(file)) === 'half';
  await (isResumed ? checkRun(file, identity) : noteRun(file, identity));
  const done = new Done();
  const ending = file.slice(file.lastIndexOf('.') + 1);
  let changed = 0;
  if (isResumed && root !== undefined)
    changed = await DROPPERS[ending]!(file, dimensions, changedSince(root, await runBeganMs(file)));
  const open = OPENERS[ending]!;
  const output = await open(file, dimensions, columns, isResumed ? done : undefined);
  const finish = async () => {
    await output.finish();
    await forgetRun(file);
  };
  return { output: { ...output, finish }, done, changed };
}
