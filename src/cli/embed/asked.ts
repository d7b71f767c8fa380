import { createReadStream } from 'node:fs';
import { printable } from '../../core/printable.js';
import { describePassed } from '../../photos/passed-over.js';
import type { PassedCounts } from '../../photos/passed-over.js';
import { resolveSources } from '../../photos/sources.js';
import { ConfigError } from '../options/config.js';
import type { Config } from '../options/config.js';
import { mediaFiles } from './files.js';
import { givenTexts, jsonLines, textLines } from './lines.js';
import type { Column } from './outputs/parquet.js';
import type { EmbedRequest } from './request.js';
import type { RunIdentity } from './run-file.js';
import { isInShard } from './shard.js';
import { sizesOf } from './sizes.js';

/** What is to be embedded, and how its answers are called. */
export interface Asked {
  readonly requests: AsyncIterable<EmbedRequest> | Iterable<EmbedRequest>;
  /** Whether each request waits for its answer, also if it cannot be embedded. */
  readonly isDialogue: boolean;
  /** What names the rows of a table. */
  readonly columns: readonly Column[];
  /** By which another run knows that it is asked for the same. */
  readonly identity: RunIdentity;
  /** What the paths of files are relative to. */
  readonly root?: string;
  /** How many there are, where that can be known before all are done; takes a walk. Ends early, with less, when it is aborted. */
  readonly count?: (stop: AbortSignal) => Promise<number>;
  /** What was passed over, for people. */
  readonly passed?: () => string;
}

/** @throws ConfigError where it is not told what to embed, or of more than one kind, or with options that the kind has no use for. */
export async function readAsked(paths: readonly string[], config: Config): Promise<Asked> {
  const isDialogue = paths.includes('-');
  const { text, texts, shard, out, resume } = config;
  const kinds = [isDialogue, text.length > 0, texts !== '', paths.some((path) => path !== '-')];
  if (kinds.filter(Boolean).length !== 1)
    throw new ConfigError([
      'expected files and folders, or --text TEXT, or --texts FILE, or - for lines of JSON on standard input; one of them',
    ]);
  const areFiles = kinds[3] === true;
  const problems = [
    ...(shard.count > 1 && !areFiles ? ['--shard: expected files and folders to share, received lines'] : []),
    ...(isDialogue && out !== '' ? ['--out: expected none with -, whose answers go to standard output'] : []),
    ...(resume && out === '' ? ['--resume: expected --out FILE, whose half is gone on with'] : []),
    ...(resume && text.length > 0
      ? ['--resume: expected files and folders or --texts, received --text']
      : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  if (areFiles) return askedFiles(paths, config);
  const sizes = sizesOf(config);
  const columns: readonly Column[] = [{ name: 'text', type: 'STRING' }];
  if (text.length > 0) {
    const count = () => Promise.resolve(text.length);
    return { requests: givenTexts(text), isDialogue, columns, identity: {}, count };
  }
  if (isDialogue) return { requests: jsonLines(process.stdin, sizes), isDialogue, columns: [], identity: {} };
  return {
    requests: textLines(texts === '-' ? process.stdin : createReadStream(texts), sizes),
    isDialogue,
    columns: [...columns, { name: 'line', type: 'INT64' }],
    identity: { of: 'lines' },
  };
}

async function askedFiles(paths: readonly string[], config: Config): Promise<Asked> {
  const { exclude, shard, modalities, showPassed } = config;
  const passed: PassedCounts = {};
  const sources = await resolveSources(paths, { exclude });
  const files = {
    sources,
    modalities,
    isOwn: (path: string) => isInShard(path, shard),
    sizes: sizesOf(config),
  };
  const requests = mediaFiles({
    ...files,
    onPassed: (path, reason) => {
      passed[reason] = (passed[reason] ?? 0) + 1;
      if (showPassed) process.stderr.write(`passed over: ${printable(path)}\n`);
    },
  });
  const { root, given } = sources;
  return {
    requests,
    isDialogue: false,
    columns: [{ name: 'file', type: 'STRING' }],
    identity: { of: 'files', root, given: [...given].sort(), exclude: [...exclude].sort(), shard },
    root,
    count: async (stop) => {
      let count = 0;
      const all = mediaFiles({ ...files, onPassed: () => undefined });
      while (!stop.aborted && (await all.next()).done !== true) count++;
      await all.return(undefined);
      return count;
    },
    passed: () => describePassed(passed),
  };
}
