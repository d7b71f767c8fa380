import type { BaseLogger } from 'pino';
import type { Progress } from '../../core/progress.js';
import type { IndexProgress } from '../../photos/index/store.js';
import { showProgress } from '../progress-bar.js';

export interface IndexReportOptions {
  /** What is read, as people say it: `photos and sounds`. */
  readonly names: string;
  readonly log: Pick<BaseLogger, 'info' | 'warn'>;
  /** Where progress is shown; standard error by default. */
  readonly stream?: NodeJS.WriteStream;
  /** Milliseconds; injected in tests. */
  readonly now?: () => number;
}

interface Round {
  readonly shown: Progress;
  readonly startedMs: number;
  done: number;
}

/**
 * A listener that shows in the terminal how far indexing is, and logs at the end of each round that read something the
 * count and the time, and once each file that was left out.
 */
export function createIndexReport(options: IndexReportOptions): (progress: IndexProgress) => void {
  const { names, log, stream, now = () => performance.now() } = options;
  const told = new Set<string>();
  let round: Round | undefined;

  return (progress) => {
    const { state, done, total, duplicates, refusedCount, refused } = progress;
    if (round === undefined && done < total) {
      round = { shown: showProgress(names, total - done, stream && { stream }), startedMs: now(), done };
    }
    if (round !== undefined && done > round.done) {
      round.shown.add(done - round.done);
      round.done = done;
    }
    if (state === 'indexing') return;
    if (round !== undefined) {
      round.shown.stop();
      const seconds = Math.round((now() - round.startedMs) / 10) / 100;
      const files = done - duplicates - refusedCount;
      log.info({ files, duplicates, leftOut: refusedCount, seconds }, `${names} indexed`);
      round = undefined;
    }
    for (const { name, reason } of refused) {
      if (!told.has(`${name}\n${reason}`)) log.warn({ file: name, reason }, 'a file was left out');
      told.add(`${name}\n${reason}`);
    }
  };
}
