import { constants } from 'node:fs';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { lstatIfThere } from '../../core/optional-file.js';
import { sha256File } from '../../core/sha256-file.js';
import { checksumOf } from './checksum.js';
import type { Checksum } from './checksum.js';
import { diskFull, formatBytes, requireSpace } from './disk-space.js';
import type { FreeBytes } from './disk-space.js';
import type { FileAnswer, Hub } from './hub.js';
import type { PullListener } from './pull-events.js';
import { TransientError } from '../../core/retry.js';
import type { RetryPolicy } from '../../core/retry.js';
import { withHubRetries } from './hub-retries.js';
import { ModelSourceError } from '../source-error.js';

export interface DownloadJob {
  readonly folder: string;
  /** Path in the folder, with `/`. */
  readonly path: string;
  readonly repository: string;
  /** The commit. */
  readonly revision: string;
  readonly hubPath: string;
  /** What the bytes must be, if that is known beforehand; the hub's own word is asked for otherwise. */
  readonly sha256: string | null;
  readonly bytes: number | null;
}

export interface DownloadTools {
  readonly hub: Hub;
  readonly retry: RetryPolicy;
  readonly freeBytes: FreeBytes;
  readonly listener: PullListener;
  /** Stops the download between two chunks. */
  readonly signal: AbortSignal;
}

export interface Downloaded {
  readonly bytes: number;
  readonly sha256: string;
}

/** Of a file whose size nobody says: the hub says it of all large files. SigLIP 2's tokenizer, 34 MB, is said to be the largest of the small. */
const MOST_UNANNOUNCED_BYTES = 64 << 20;

/** Wrong bytes may be one bad transfer; twice the same is not chance. */
const MAX_WRONG_COPIES = 2;

/**
 * Fetches one file into its place and answers its size and SHA-256. Bytes go to `<path>.partial` first, which a later
 * try (of this process or the next) resumes; the file gets its name in one step, after its checksum is right on disk.
 *
 * @throws ModelSourceError `mismatch` if the bytes, or what the hub announces, are not what is expected;
 *   `unsafe` if a link leads out of the folder; `disk_full`, `network`, `not_found`, `forbidden`
 */
export async function downloadFile(job: DownloadJob, tools: DownloadTools): Promise<Downloaded> {
  const target = join(job.folder, job.path);
  const partial = `${target}.partial`;
  await mkdir(dirname(target), { recursive: true });
  await requireInside(job.folder, dirname(target));
  const label = `${job.path} of ${job.repository}`;
  let before = 0;
  let wrongCopies = 0;
  const attempt = async (): Promise<Downloaded> => {
    before = await sizeOfPartial(partial);
    const answer = await tools.hub.open(job.repository, job.revision, job.hubPath, before);
    const expected = requireExpected(job, answer, label);
    await requireSpace(job.folder, Math.max(0, (expected.bytes ?? 0) - answer.startsAt), tools.freeBytes);
    await writeBody(job, answer, expected.bytes, partial, tools);
    const { file, problem } = await checkPartial(partial, expected);
    if (file !== undefined) {
      await rename(partial, target);
      return file;
    }
    await rm(partial);
    wrongCopies += 1;
    if (wrongCopies >= MAX_WRONG_COPIES) throw new ModelSourceError('mismatch', `${label}: ${problem}`);
    throw new TransientError(problem);
  };
  return withHubRetries(attempt, {
    what: label,
    policy: tools.retry,
    progressed: async () => (await sizeOfPartial(partial)) > before,
    onRetry: (reason) => tools.listener({ kind: 'retry', path: job.path, reason }),
  });
}

interface Expected {
  readonly checksum: Checksum;
  readonly bytes: number | undefined;
}

/** What the bytes must be, after comparing what was known beforehand with what the hub announces. */
function requireExpected(job: DownloadJob, answer: FileAnswer, label: string): Expected {
  const refuse = (what: string, expected: string | number, announced: string | number): never => {
    throw new ModelSourceError(
      'mismatch',
      `${label}: expected ${what} ${expected}, the hub announces ${announced}`,
    );
  };
  const { checksum, totalBytes, commit } = answer;
  if (commit !== undefined && commit !== job.revision) refuse('commit', job.revision, commit);
  if (job.bytes !== null && totalBytes !== undefined && totalBytes !== job.bytes)
    refuse('size', job.bytes, totalBytes);
  if (job.sha256 !== null && checksum?.kind === 'sha256' && checksum.hex !== job.sha256) {
    refuse('SHA-256', job.sha256, checksum.hex);
  }
  const bytes = job.bytes ?? totalBytes;
  if (job.sha256 !== null) return { checksum: { kind: 'sha256', hex: job.sha256 }, bytes };
  if (checksum !== undefined) return { checksum, bytes };
  throw new ModelSourceError(
    'mismatch',
    `${label}: expected a checksum from the hub, received none; a mirror that sends none can serve pinned files only`,
  );
}

/** Appends the body to the partial file, or begins it anew if the server sends the whole file. */
async function writeBody(
  job: DownloadJob,
  { startsAt, body }: FileAnswer,
  total: number | undefined,
  partial: string,
  { listener, signal }: DownloadTools,
): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = constants;
  const file = await open(partial, O_WRONLY | O_CREAT | O_NOFOLLOW | (startsAt === 0 ? O_TRUNC : O_APPEND));
  let done = startsAt;
  listener({ kind: 'start', path: job.path, done, total });
  try {
    for await (const chunk of body) {
      signal.throwIfAborted();
      await writeAll(file, chunk);
      done += chunk.length;
      listener({ kind: 'bytes', path: job.path, done });
      if (total !== undefined && done > total) break;
      if (total === undefined && done > MOST_UNANNOUNCED_BYTES) throw await tooLong(job, partial);
    }
    await file.datasync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw diskFull(job.folder, (total ?? done) - done, 'the disk is full', error);
  } finally {
    await file.close();
  }
  if (total !== undefined && done < total)
    throw new TransientError(`the file ended after ${done} of ${total} bytes`);
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
}

/** The file if it is what is expected, else what is wrong with it. */
async function checkPartial(
  partial: string,
  { checksum, bytes }: Expected,
): Promise<{ file: Downloaded; problem: '' } | { file?: undefined; problem: string }> {
  const size = await sizeOfPartial(partial);
  if (bytes !== undefined && size !== bytes) return { problem: `expected ${bytes} bytes, received ${size}` };
  const found = await checksumOf(checksum.kind, partial, size);
  if (found === checksum.hex) {
    const sha256 = checksum.kind === 'sha256' ? found : await sha256File(partial);
    return { file: { bytes: size, sha256 }, problem: '' };
  }
  const name = checksum.kind === 'sha256' ? 'SHA-256' : 'Git blob SHA-1';
  return { problem: `expected ${name} ${checksum.hex}, received bytes with ${found}` };
}

async function tooLong({ path, repository }: DownloadJob, partial: string): Promise<ModelSourceError> {
  await rm(partial);
  return new ModelSourceError(
    'mismatch',
    `${path} of ${repository}: expected its size from the hub, or at most ${formatBytes(MOST_UNANNOUNCED_BYTES)}, received more`,
  );
}

/** What an earlier try left. A link that someone put in its place is taken away, never followed. */
async function sizeOfPartial(path: string): Promise<number> {
  const found = await lstatIfThere(path);
  if (found === undefined || found.isFile()) return found?.size ?? 0;
  await rm(path);
  return 0;
}

/** @throws ModelSourceError `unsafe` if links on the way lead elsewhere */
async function requireInside(folder: string, inner: string): Promise<void> {
  const [root, found] = await Promise.all([realpath(folder), realpath(inner)]);
  if (found === root || found.startsWith(root + sep)) return;
  throw new ModelSourceError('unsafe', `${inner}: expected a folder inside of ${folder}, received a link out of it`);
}
