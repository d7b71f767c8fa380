import { HandspringError } from '../../core/errors.js';
import type { Captions } from '../captions/captions.js';
import { UnreadableTextError } from '../captions/decode-text.js';
import { hashContent } from '../identity.js';
import type { MediaFacts, MediaKind, MediaTools } from '../media/kind.js';
import { kindOfFile } from '../media/kinds.js';
import { toObjectId } from '../weaviate/object-id.js';
import type { Photo, StoredPhoto } from './target.js';
import type { PassedReason } from '../passed-over.js';
import { readWholeFile } from '../../core/regular-file.js';
import { reasonOf } from '../walk.js';
import type { Found, PhotoFile } from '../walk.js';

/** What is to be done about a file. */
export type Verdict =
  | { readonly kind: 'unchanged'; readonly path: string; readonly withoutCaption?: string }
  | {
      readonly kind: 'send';
      readonly path: string;
      readonly photo: Photo;
      /** Why its caption is not sent with it, if there is one that cannot be read. */
      readonly withoutCaption?: string;
    }
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string }
  | { readonly kind: 'passed'; readonly path: string; readonly reason: PassedReason };

export interface CompareOptions {
  readonly lookUp: (paths: readonly string[]) => Promise<StoredPhoto[]>;
  readonly captions: Pick<Captions, 'of'>;
  /** What is taken. */
  readonly kinds: readonly MediaKind[];
  /** What reading the facts of some kinds takes. */
  readonly tools?: MediaTools | undefined;
  /** Read every file, instead of trusting its size and time of change. */
  readonly checksum: boolean;
  readonly maxImageBytes: number;
}

/** Files asked about at once: one query for all. */
const GROUP = 100;
/** Files read ahead of their turn. */
const READ_AHEAD = 4;

/**
 * Compares what is found with what is stored, in the order found. A file counts as unchanged if its object is there,
 * findable, with the same caption, and either size and time of change are as stored or the content is.
 */
export async function* compare(
  found: AsyncIterable<Found>,
  options: CompareOptions,
): AsyncGenerator<Verdict> {
  let group: PhotoFile[] = [];
  for await (const entry of found) {
    if (entry.kind === 'folder') continue;
    if (entry.kind === 'passed') yield entry;
    else if (entry.kind === 'unreadable') yield { kind: 'failed', path: entry.path, reason: entry.reason };
    else if (group.push(entry.file) === GROUP) {
      yield* compareGroup(group, options);
      group = [];
    }
  }
  yield* compareGroup(group, options);
}

async function* compareGroup(files: readonly PhotoFile[], options: CompareOptions): AsyncGenerator<Verdict> {
  if (files.length === 0) return;
  const stored = await options.lookUp(files.map((file) => file.path));
  const ahead: Promise<Verdict>[] = [];
  for (const file of files) {
    const sameName = stored.filter((object) => object.path === file.path);
    const verdict = compareFile(file, sameName, options);
    verdict.catch(() => undefined); // it is awaited in its turn; until then a rejection is not unhandled
    ahead.push(verdict);
    if (ahead.length === READ_AHEAD) yield await (ahead.shift() as Promise<Verdict>);
  }
  for (const verdict of ahead) yield await verdict;
}

async function compareFile(
  file: PhotoFile,
  stored: readonly StoredPhoto[],
  { captions, kinds, tools, checksum, maxImageBytes }: CompareOptions,
): Promise<Verdict> {
  const failed = (reason: string): Verdict => ({ kind: 'failed', path: file.path, reason });
  if (file.bytes === 0) {
    const { one } = kindOfFile(Buffer.alloc(0), file.path, kinds);
    return failed(`expected a ${one}, received an empty file`);
  }
  if (file.bytes > maxImageBytes) {
    return failed(`expected at most ${maxImageBytes} bytes (MAX_IMAGE_BYTES), received ${file.bytes}`);
  }
  try {
    const { caption, withoutCaption } = await readCaption(captions, file);
    const told = { path: file.path, ...(withoutCaption === undefined ? {} : { withoutCaption }) };
    const isCurrent = (object: StoredPhoto) => object.whole && object.caption === caption;
    const [only] = stored;
    if (!checksum && only && stored.length === 1 && isCurrent(only) && looksSame(file, only)) {
      return { kind: 'unchanged', ...told };
    }
    const content = await readWholeFile(file.location);
    const contentHash = hashContent(content);
    const id = toObjectId(contentHash, file.path);
    const replaces = stored.filter((object) => object.id !== id).map((object) => object.id);
    if (replaces.length === 0 && stored.some(isCurrent)) return { kind: 'unchanged', ...told };
    const kind = kindOfFile(content, file.path, kinds);
    return {
      kind: 'send',
      ...told,
      photo: {
        file,
        id,
        contentHash,
        content,
        replaces,
        kind,
        facts: await readFacts(kind, content, tools),
        ...(caption === undefined ? {} : { caption }),
      },
    };
  } catch (error) {
    return failed(reasonOf(error));
  }
}

/** What is no sound, or too long for one, is the module's to refuse: it goes without what there is to show of it. */
async function readFacts(
  kind: MediaKind,
  content: Buffer,
  tools: MediaTools | undefined,
): Promise<MediaFacts> {
  return kind.readFacts(content, tools).catch((error: unknown) => {
    if (error instanceof HandspringError) return {};
    throw error;
  });
}

/** A caption is wanted, and not as much as the photo: one that cannot be read is told, and the photo goes without. */
async function readCaption(
  captions: Pick<Captions, 'of'>,
  file: PhotoFile,
): Promise<{ caption?: string | undefined; withoutCaption?: string }> {
  try {
    return { caption: await captions.of(file) };
  } catch (error) {
    return { withoutCaption: error instanceof UnreadableTextError ? error.message : reasonOf(error) };
  }
}

/** As rsync judges by default: same size, same time of change. */
export function looksSame(
  file: Pick<PhotoFile, 'bytes' | 'modifiedMs'>,
  stored: Pick<StoredPhoto, 'bytes' | 'modifiedMs'>,
): boolean {
  return file.bytes === stored.bytes && file.modifiedMs === stored.modifiedMs;
}
