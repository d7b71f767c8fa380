import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

const LONGEST_STEM_BYTES = 120;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A file name that is safe on every system, made from an untrusted one: its last part only, without control or
 * direction-changing characters, leading dots, reserved characters or device names, and with an extension that fits the
 * content.
 *
 * @param extensions those that fit the content, the preferred one first, without the dot
 */
export function toSafeFileName(name: string, extensions: readonly [string, ...string[]]): string {
  const base = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const dot = base.lastIndexOf('.');
  const given = dot === -1 ? '' : base.slice(dot + 1).toLowerCase();
  const stem = (dot === -1 ? base : base.slice(0, dot))
    .replace(/\p{C}/gu, '')
    .replace(/[<>:"|?*]/g, '-')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const extension = extensions.includes(given) ? given : extensions[0];
  return `${toSafeStem(stem)}.${extension}`;
}

function toSafeStem(stem: string): string {
  let kept = '';
  let bytes = 0;
  for (const character of stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_STEM_BYTES) break;
    kept += character;
  }
  kept = kept.trimEnd();
  if (kept === '') return 'photo';
  return WINDOWS_DEVICE.test(kept.split('.')[0] as string) ? `_${kept}` : kept;
}

/**
 * Writes `bytes` to a new file in `folder` and returns the name it got: `name`, or `name (2)` and so on when that is
 * taken. Nothing is ever overwritten, and the name appears only once the file is whole.
 */
export async function writeNewFile(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const hidden = path.join(folder, `.handspring-${randomUUID()}`);
  await writeFile(hidden, bytes, { flag: 'wx' });
  try {
    for (let copy = 1; ; copy++) {
      const { name: stem, ext } = path.parse(name);
      const free = copy === 1 ? name : `${stem} (${copy})${ext}`;
      try {
        await publish(hidden, path.join(folder, free));
        return free;
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error;
      }
    }
  } finally {
    await unlink(hidden).catch(() => undefined);
  }
}

/** A hard link fails where the name is taken, which a rename does not; some file systems have no links. */
async function publish(hidden: string, target: string): Promise<void> {
  try {
    await link(hidden, target);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw error;
    await copyFile(hidden, target, constants.COPYFILE_EXCL);
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
