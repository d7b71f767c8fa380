import { readFile, rm, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { statIfThere } from '../../core/optional-file.js';
import { writeAtOnce } from '../../core/write-at-once.js';
import { ConfigError } from '../options/config.js';

/** All that the vectors of a run depend on, and what it is to embed. As JSON. */
export type RunIdentity = Readonly<Record<string, unknown>>;

const partOf = (file: string) => `${file}.part`;
const runFileOf = (file: string) => `${file}.run.json`;

/** How far a run's file is: `half` can be gone on with. */
export async function stateOf(file: string): Promise<'none' | 'half' | 'whole'> {
  if (await statIfThere(partOf(file))) return 'half';
  return (await statIfThere(file)) ? 'whole' : 'none';
}

/** Notes what FILE.part is going to be of; an older one goes first, so that it is never taken for this one's. */
export async function noteRun(file: string, identity: RunIdentity): Promise<void> {
  await rm(partOf(file), { force: true });
  await writeAtOnce(runFileOf(file), `${JSON.stringify(identity)}\n`);
}

/** @throws ConfigError where FILE.part is of another run, with the first thing that differs. */
export async function checkRun(file: string, identity: RunIdentity): Promise<void> {
  const noted = await readNoted(file);
  const own = JSON.parse(JSON.stringify(identity)) as RunIdentity;
  for (const key of new Set([...Object.keys(own), ...Object.keys(noted)])) {
    if (isDeepStrictEqual(own[key], noted[key])) continue;
    throw new ConfigError([
      `--resume: ${partOf(file)}: expected one of this run, with ${key} ${JSON.stringify(own[key])}, received one with ${JSON.stringify(noted[key])}; without --resume it is made anew`,
    ]);
  }
}

/** When the run began whose half is there, by the clock of its file system. */
export async function runBeganMs(file: string): Promise<number> {
  return (await stat(runFileOf(file))).mtimeMs;
}

export async function forgetRun(file: string): Promise<void> {
  await rm(runFileOf(file), { force: true });
}

async function readNoted(file: string): Promise<RunIdentity> {
  try {
    return JSON.parse(await readFile(runFileOf(file), 'utf8')) as RunIdentity;
  } catch {
    throw new ConfigError([
      `--resume: expected in ${runFileOf(file)} what ${partOf(file)} is of, received nothing that can be read; without --resume it is made anew`,
    ]);
  }
}
