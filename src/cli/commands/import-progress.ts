import { SingleBar } from 'cli-progress';
import { Pace, toDuration } from '../../photos/import/pace.js';
import { settled } from '../../photos/import/tally.js';
import type { Tally } from '../../photos/import/tally.js';

export interface ImportProgress {
  /** Shows the counts as they are now. */
  show(tally: Tally): void;
  /** How many files there are in all, once they are counted. */
  total(files: number): void;
  stop(): void;
}

/** Where plain lines are written, one in so long. */
const LINE_EVERY_MS = 10_000;

/**
 * A bar on a terminal, elsewhere a line every ten seconds: how far, how fast, failures, time left.
 * @param names What is imported, as people say it: `photos and sounds`.
 */
export function showImportProgress(stream: NodeJS.WriteStream, names: string): ImportProgress {
  return stream.isTTY ? new Bar(stream, names) : new Lines((line) => stream.write(`${line}\n`), names);
}

class Bar implements ImportProgress {
  readonly #bar: SingleBar;
  readonly #pace = new Pace();

  readonly #names: string;

  constructor(stream: NodeJS.WriteStream, names: string) {
    this.#names = names;
    this.#bar = new SingleBar({
      format: '{bar} {facts}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      hideCursor: true,
      stream,
    });
    this.#bar.start(0, 0, { facts: 'looking' });
  }

  show(tally: Tally): void {
    const total = this.#bar.getTotal();
    this.#pace.note(settled(tally));
    this.#bar.update(settled(tally), { facts: describe(tally, total, this.#pace, this.#names) });
  }

  total(files: number): void {
    this.#bar.setTotal(files);
  }

  stop(): void {
    this.#bar.stop();
  }
}

/** Plain lines for logs and pipes, whether or not anything moves. */
export class Lines implements ImportProgress {
  readonly #pace: Pace;
  readonly #timer: NodeJS.Timeout;
  #files = 0;
  #latest: Tally | undefined;
  readonly #write: (line: string) => void;
  readonly #names: string;

  constructor(write: (line: string) => void, names: string, now?: () => number) {
    this.#write = write;
    this.#names = names;
    this.#pace = new Pace(now);
    this.#timer = setInterval(() => this.writeLine(), LINE_EVERY_MS).unref();
  }

  show(tally: Tally): void {
    this.#latest = tally;
    this.#pace.note(settled(tally));
  }

  total(files: number): void {
    this.#files = files;
  }

  writeLine(): void {
    if (this.#latest) this.#write(describe(this.#latest, this.#files, this.#pace, this.#names));
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function describe(tally: Tally, total: number, pace: Pace, names: string): string {
  const done = settled(tally);
  const perSecond = pace.perSecond(done);
  const left = perSecond > 0 && total > done ? ` · ${toDuration((total - done) / perSecond)} left` : '';
  const of = total > 0 ? `/${Math.max(total, done)}` : '';
  return `${done}${of} ${names} · ${perSecond.toFixed(1)}/s · ${tally.failed} failed${left}`;
}
