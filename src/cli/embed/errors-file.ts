import { rm } from 'node:fs/promises';
import { AppendFile } from './outputs/append-file.js';
import { lineOf } from './outputs/json-lines.js';
import type { Named } from './request.js';

/**
 * What could not be embedded and why, as lines of JSON. The file is made at the first of them, so a run without any leaves
 * none; one of an earlier run goes.
 */
export class ErrorsFile {
  readonly #file: string;
  #lines: AppendFile | undefined;

  private constructor(file: string) {
    this.#file = file;
  }

  /** @param file Empty for nowhere. */
  static async start(file: string): Promise<ErrorsFile> {
    if (file !== '') await rm(file, { force: true });
    return new ErrorsFile(file);
  }

  /** @throws Error of the system. */
  async add(named: Named, error: { readonly message: string; readonly code: string }): Promise<void> {
    if (this.#file === '') return;
    this.#lines ??= await AppendFile.open(this.#file);
    await this.#lines.append(await lineOf({ ...named, error: error.message, code: error.code }));
  }

  async close(): Promise<void> {
    await this.#lines?.leave();
  }
}
