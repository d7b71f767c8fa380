import type { Writable } from 'node:stream';

export interface WatchedOutput {
  /**
   * Resolves once whoever reads has taken all that was written, or reads no more. A pipe takes 64 KiB ahead of its reader, and
   * the end of the process would drop the rest of a longer output without a word.
   * @throws Error if it could not be written, on a full disk say; not where the reader went, as `head` does.
   */
  finish(): Promise<void>;
}

/** From now on an error of this output ends the process no more. */
export function watchOutput(output: Writable): WatchedOutput {
  let failure: NodeJS.ErrnoException | undefined;
  output.on('error', (error) => (failure ??= error));
  return {
    async finish() {
      if (failure === undefined) await new Promise<void>((resolve) => output.write('', () => resolve()));
      if (failure !== undefined && failure.code !== 'EPIPE')
        throw new Error(`standard output: ${failure.message}`);
    },
  };
}
