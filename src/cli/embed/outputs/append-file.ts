import { open, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/**
 * A file that grows at its end. Unlike a stream it has nothing left to be written later: what was told to be written is, or
 * its error was thrown, so that a full disk is met at once and a process that is killed leaves all that came before.
 */
export class AppendFile {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /**
   * @param keep Bytes of what the file has that stay; the rest is cut off. 0 makes it anew.
   * @throws Error of the system.
   */
  static async open(file: string, keep = 0): Promise<AppendFile> {
    if (keep > 0) await truncate(file, keep);
    return new AppendFile(await open(file, keep > 0 ? 'a' : 'w'));
  }

  /** All of it, not what `write` happens to write. */
  async append(bytes: Uint8Array | string): Promise<void> {
    await this.#handle.appendFile(bytes);
  }

  /** To the disk itself, so that a name it is given is not there before what it names. */
  async finish(): Promise<void> {
    await this.#handle.sync();
    await this.#handle.close();
  }

  async leave(): Promise<void> {
    await this.#handle.close();
  }
}
