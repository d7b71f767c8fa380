import { SingleBar } from 'cli-progress';
import type { BaseLogger } from 'pino';
import type { IndexProgress } from './store.js';

export interface IndexReportOptions {
  /** Where a bar is drawn if it is a terminal. */
  readonly stream: NodeJS.WriteStream;
  readonly log: Pick<BaseLogger, 'info' | 'warn'>;
  /** Milliseconds; injected in tests. */
  readonly now?: () => number;
}

const LOG_EVERY_PERCENT = 10;

/**
 * A listener that shows how far indexing is: a bar in a terminal, a line for each tenth elsewhere, and at the end of each
 * round that read something one line with the count and the time, and one for each file that was refused.
 */
export function createIndexReport(options: IndexReportOptions): (progress: IndexProgress) => void {
  const { stream, log, now = () => performance.now() } = options;
  const told = new Set<string>();
  let round:
    { startedMs: number; doneBefore: number; nextPercent: number; bar: SingleBar | undefined } | undefined;

  return (progress) => {
    const { state, done, total } = progress;
    if (state === 'indexing') {
      if (done === total && round === undefined) return;
      round ??= {
        startedMs: now(),
        doneBefore: done,
        nextPercent: LOG_EVERY_PERCENT,
        bar: startBar(stream, total),
      };
      round.bar?.setTotal(total);
      round.bar?.update(done);
      const percent = (100 * done) / total;
      if (round.bar === undefined && percent >= round.nextPercent && done < total) {
        log.info({ done, total }, 'indexing photos');
        round.nextPercent = (Math.floor(percent / LOG_EVERY_PERCENT) + 1) * LOG_EVERY_PERCENT;
      }
    } else {
      if (round !== undefined) {
        round.bar?.stop();
        const seconds = Math.round((now() - round.startedMs) / 10) / 100;
        const { duplicates, refusedCount } = progress;
        log.info(
          { photos: done - duplicates - refusedCount, duplicates, refused: refusedCount, seconds },
          'photos indexed',
        );
        round = undefined;
      }
      for (const { name, reason } of progress.refused) {
        if (!told.has(`${name}\n${reason}`)) log.warn({ file: name, reason }, 'a photo was left out');
        told.add(`${name}\n${reason}`);
      }
    }
  };
}

function startBar(stream: NodeJS.WriteStream, total: number): SingleBar | undefined {
  if (!stream.isTTY) return undefined;
  const bar = new SingleBar({
    format: 'Indexing photos {bar} {value}/{total} · {eta_formatted} left',
    stream,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total, 0);
  return bar;
}
