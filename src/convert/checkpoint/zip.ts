import type { FileHandle } from 'node:fs/promises';
import { CheckpointError } from './not-a-checkpoint.js';

/** A member of an archive, stored as it is. */
export interface ZipMember {
  /** Where its local header stands in the file. */
  readonly header: number;
  readonly size: number;
}

/** Signatures and sizes of the parts of a ZIP file. Source: PKWARE's APPNOTE.TXT 6.3.10, 4.3. */
const END = { signature: 0x06054b50, size: 22 };
const END_64_LOCATOR = { signature: 0x07064b50, size: 20 };
const END_64 = { signature: 0x06064b50, size: 56 };
const CENTRAL = { signature: 0x02014b50, size: 46 };
const LOCAL = { signature: 0x04034b50, size: 30 };
/** A value that stands in the ZIP64 part instead. */
const ELSEWHERE = 0xffff_ffff;
const LONGEST_COMMENT = 0xffff;

/** Checkpoints have some hundred members; more than so much of a directory is not read into memory. */
const MOST_DIRECTORY_BYTES = 16 * 2 ** 20;

/**
 * The members of a ZIP file, by name. Their names are looked up and never used as paths.
 * @throws CheckpointError if it is none, is cut short, or has a member that is compressed or encrypted: then its size is
 * only what it claims to be. `torch.save` stores all of them.
 */
export async function readZip(file: FileHandle): Promise<ReadonlyMap<string, ZipMember>> {
  const { size } = await file.stat();
  const place = await findDirectory(file, size);
  if (place.length > MOST_DIRECTORY_BYTES)
    throw new CheckpointError(
      `expected a directory of at most ${MOST_DIRECTORY_BYTES} bytes, received one of ${place.length}`,
    );
  const directory = await readAt(file, place.start, place.length, size);
  const members = new Map<string, ZipMember>();
  for (let at = 0; at < directory.length;) {
    const { name, member, next } = readEntry(directory, at);
    if (members.has(name)) throw new CheckpointError(`${quoted(name)}: expected it once, received it twice`);
    if (member.header + LOCAL.size + member.size > size) throw cutShort();
    members.set(name, member);
    at = next;
  }
  return members;
}

/** Where a member's bytes begin. */
export async function dataStart(file: FileHandle, { header, size }: ZipMember): Promise<number> {
  const total = (await file.stat()).size;
  const local = await readAt(file, header, LOCAL.size, total);
  if (local.readUInt32LE(0) !== LOCAL.signature) throw cutShort();
  const start = header + LOCAL.size + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + size > total) throw cutShort();
  return start;
}

/** Bytes of the file. @throws CheckpointError if it does not have so many. */
export async function readAt(
  file: FileHandle,
  start: number,
  length: number,
  size: number,
): Promise<Buffer<ArrayBuffer>> {
  if (!(start >= 0 && length >= 0 && start + length <= size)) throw cutShort();
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let at = 0; at < length;) {
    const { bytesRead } = await file.read(bytes, at, Math.min(length - at, 2 ** 30), start + at);
    if (bytesRead === 0) throw cutShort();
    at += bytesRead;
  }
  return bytes;
}

interface Place {
  readonly start: number;
  readonly length: number;
}

async function findDirectory(file: FileHandle, size: number): Promise<Place> {
  const tailStart = Math.max(0, size - END.size - LONGEST_COMMENT - END_64_LOCATOR.size);
  const tail = await readAt(file, tailStart, size - tailStart, size);
  let at = tail.length - END.size;
  while (at >= 0 && tail.readUInt32LE(at) !== END.signature) at--;
  if (at < 0)
    throw new CheckpointError(
      'expected a ZIP archive, as torch.save writes since PyTorch 1.6, received another format, or one cut short',
    );
  const locator = at - END_64_LOCATOR.size;
  if (locator < 0 || tail.readUInt32LE(locator) !== END_64_LOCATOR.signature)
    return { start: tail.readUInt32LE(at + 16), length: tail.readUInt32LE(at + 12) };
  const end = await readAt(file, wide(tail, locator + 8), END_64.size, size);
  if (end.readUInt32LE(0) !== END_64.signature) throw cutShort();
  return { start: wide(end, 48), length: wide(end, 40) };
}

function readEntry(directory: Buffer, at: number): { name: string; member: ZipMember; next: number } {
  if (at + CENTRAL.size > directory.length || directory.readUInt32LE(at) !== CENTRAL.signature)
    throw cutShort();
  const [flags, method] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10)];
  const extraStart = at + CENTRAL.size + directory.readUInt16LE(at + 28);
  const extraEnd = extraStart + directory.readUInt16LE(at + 30);
  const next = extraEnd + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw cutShort();
  const name = directory.toString('utf8', at + CENTRAL.size, extraStart);
  if (method !== 0 || (flags & 1) !== 0)
    throw new CheckpointError(
      `${quoted(name)}: expected it stored as it is, received it ${method === 0 ? 'encrypted' : 'compressed'}`,
    );
  // In this order, each only where its usual place says so: APPNOTE 4.5.3.
  const further = widerValues(directory.subarray(extraStart, extraEnd));
  const value = (offset: number) => {
    const usual = directory.readUInt32LE(at + offset);
    if (usual !== ELSEWHERE) return usual;
    const wider = further.shift();
    if (wider === undefined) throw cutShort();
    return wider;
  };
  const size = value(24);
  const stored = value(20);
  const header = value(42);
  if (stored !== size)
    throw new CheckpointError(`${quoted(name)}: expected ${size} bytes, the archive has ${stored} of it`);
  return { name, member: { header, size }, next };
}

/** The numbers of the ZIP64 extra field. */
function widerValues(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const body = extra.subarray(at + 4, at + 4 + length);
    if (id === 1)
      return Array.from({ length: Math.min(3, Math.floor(body.length / 8)) }, (_, k) => wide(body, 8 * k));
    at += 4 + length;
  }
  return [];
}

/** @throws CheckpointError for a number that no file's size reaches. */
function wide(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw cutShort();
  return value;
}

export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function cutShort(): CheckpointError {
  return new CheckpointError('expected a whole ZIP archive, received one that is cut short or damaged');
}
