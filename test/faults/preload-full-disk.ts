import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Loaded before the program (`--import`): of what is written through a file handle half gets onto the disk, then it is full. */
const handle = await open('/dev/null');
const prototype = Object.getPrototypeOf(handle) as Pick<FileHandle, 'writeFile'>;
await handle.close();
const write = prototype.writeFile;

prototype.writeFile = async function (this: FileHandle, data) {
  const bytes = data as Uint8Array;
  await write.call(this, bytes.subarray(0, bytes.length / 2));
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
};
