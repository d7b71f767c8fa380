import { Readable } from 'node:stream';
import { parseChecksum } from './checksum.js';
import type { Checksum } from './checksum.js';
import { createDispatcher, getFollowing, toTransient } from './hub-requests.js';
import type { HubAnswer, RequestSettings } from './hub-requests.js';
import { statusError } from './hub-status.js';
import type { HubTarget } from './hub-status.js';
import { isJsonObject } from '../folder/json-file.js';
import { ModelSourceError } from '../source-error.js';
import { formatBytes } from './disk-space.js';
import { TransientError } from '../../core/retry.js';

const PAST_THE_END = 416;

export interface HubSettings extends RequestSettings {
  /** The hub, or a mirror of it, which may lie under a path. */
  readonly endpoint: string;
}

export interface RepositoryListing {
  /** Full hash of the commit that the revision asked for stands at. */
  readonly commit: string;
  readonly paths: readonly string[];
}

export interface FileAnswer {
  /** What the hub says the whole file is; `undefined` where a mirror does not say. */
  readonly checksum: Checksum | undefined;
  readonly totalBytes: number | undefined;
  readonly commit: string | undefined;
  /** Where in the file the body begins: the offset asked for, or 0 if the server sends all of it. */
  readonly startsAt: number;
  /** The bytes, in order. Throws `TransientError` when they stop coming. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** One attempt per call: retrying is the caller's. */
export interface Hub {
  /** @throws ModelSourceError `not_found`, `forbidden`; TransientError */
  list(repository: string, revision: string): Promise<RepositoryListing>;
  /** @throws ModelSourceError `not_found`, `forbidden`; TransientError */
  open(repository: string, revision: string, path: string, offset: number): Promise<FileAnswer>;
  close(): Promise<void>;
}

/**
 * A client of the Hugging Face hub's two routes: the file list of a revision, and `resolve`, which redirects to the
 * bytes and says their size, checksum and commit in `x-linked-size`, `x-linked-etag` and `x-repo-commit`.
 */
export function createHub(settings: HubSettings): Hub {
  const dispatcher = createDispatcher(settings);
  const endpoint = settings.endpoint.replace(/\/+$/, '');
  const authorised = settings.token !== undefined;
  const get = async (
    path: string,
    headers: Record<string, string>,
    target: HubTarget,
  ): Promise<HubAnswer> => {
    const answer = await getFollowing(new URL(`${endpoint}${path}`), headers, settings, dispatcher);
    const error = statusError(answer.status, answer.headers.get('retry-after'), target);
    if (error === undefined) return answer;
    await answer.body.dump();
    throw error;
  };
  return {
    async list(repository, revision) {
      const target = { repository, revision, authorised };
      const answer = await get(
        `/api/models/${repository}/revision/${encodeURIComponent(revision)}`,
        {},
        target,
      );
      return parseListing(await readJson(answer, new URL(endpoint).host));
    },
    async open(repository, revision, path, offset) {
      const headers = { 'accept-encoding': 'identity', ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) };
      const route = `/${repository}/resolve/${encodeURIComponent(revision)}/${encodeURI(path)}`;
      const answer = await get(route, headers, { repository, revision, path, authorised });
      if (answer.status === PAST_THE_END) await answer.body.dump();
      return toFileAnswer(answer, offset);
    },
    close: () => dispatcher.destroy(),
  };
}

/** Of a file list: a hundred thousand files with room to spare. Nobody says beforehand how long one is. */
const MOST_LISTING_BYTES = 16 << 20;

async function readJson(answer: HubAnswer, host: string): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let room = MOST_LISTING_BYTES;
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      room -= chunk.length;
      if (room < 0) throw new ModelSourceError('network', tooLong(host));
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw error instanceof ModelSourceError ? error : toTransient(error, host);
  }
}

function tooLong(host: string): string {
  return `${host}: expected a file list of at most ${formatBytes(MOST_LISTING_BYTES)}, received more`;
}

function parseListing(body: unknown): RepositoryListing {
  const { sha, siblings } = isJsonObject(body) ? body : {};
  const isWhole = typeof sha === 'string' && /^[0-9a-f]{40}$/.test(sha) && Array.isArray(siblings);
  const paths = isWhole ? siblings.map((file: unknown) => (isJsonObject(file) ? file['rfilename'] : null)) : [];
  if (!isWhole || !paths.every((path) => typeof path === 'string')) {
    // A proxy's page or a busy hub may be gone the next time.
    throw new TransientError(
      'the file list: expected an object with the commit as sha and the files as siblings, received something else',
    );
  }
  return { commit: sha, paths };
}

function toFileAnswer({ status, headers, hubHeaders, body }: HubAnswer, offset: number): FileAnswer {
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const length = toCount(headers.get('content-length'));
  const past = status === PAST_THE_END;
  return {
    checksum: parseChecksum(hubHeaders.get('x-linked-etag')) ?? parseChecksum(hubHeaders.get('etag')),
    totalBytes:
      toCount(hubHeaders.get('x-linked-size')) ??
      toCount(range?.[2]) ??
      (status === 200 ? length : undefined),
    commit: hubHeaders.get('x-repo-commit'),
    startsAt: past ? offset : status === 206 ? (toCount(range?.[1]) ?? 0) : 0,
    // Nothing is left of a file whose every byte was there before; the error page of 416 is not part of it.
    body: past ? Readable.from([]) : guarded(body),
  };
}

async function* guarded(body: HubAnswer['body']): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw toTransient(error, 'download');
  }
}

function toCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
