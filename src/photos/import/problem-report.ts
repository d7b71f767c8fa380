import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/**
 * The list of what failed and why, as JSON lines `{"file": …, "reason": …}`. The file is made at the first failure, so a
 * run without any leaves none; one of an earlier run is removed.
 */
export class ReportFile {
  private handle: FileHandle | undefined;
  private writing: Promise<void> = Promise.resolve();

  private constructor(readonly file: string) {}

  static async start(file: string): Promise<ReportFile> {
    await rm(file, { force: true });
    return new ReportFile(file);
  }

  get isEmpty(): boolean {
    return this.handle === undefined;
  }

  add(file: string, reason: string): Promise<void> {
    this.writing = this.writing.then(async () => {
      this.handle ??= await open(this.file, 'w');
      await this.handle.write(`${JSON.stringify({ file, reason })}\n`);
    });
    return this.writing;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.handle?.close();
  }
}
