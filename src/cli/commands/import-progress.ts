import { SingleBar } from 'cli-progress';
import { Pace, toDuration } from '../../photos/import/pace.js';
import { settled } from '../../photos/import/tally.js';
import type { Tally } from '../../photos/import/tally.js';

export interface ImportProgress {
  /** Shows the counts as they are now. */
  show(tally: Tally): void;
  /** How many photos there are in all, once they are counted. */
  total(photos: number): void;
  stop(): void;
}

/** Where plain lines are written, one in so long. */
const LINE_EVERY_MS = 10_000;

/** A bar on a terminal, elsewhere a line every ten seconds: how far, how fast, failures, time left. */
export function showImportProgress(stream: NodeJS.WriteStream): ImportProgress {
  return stream.isTTY ? new Bar(stream) : new Lines((line) => stream.write(`${line}\n`));
}

class Bar implements ImportProgress {
  readonly #bar: SingleBar;
  readonly #pace = new Pace();

  constructor(stream: NodeJS.WriteStream) {
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
    this.#bar.update(settled(tally), { facts: describe(tally, total, this.#pace) });
  }

  total(photos: number): void {
    this.#bar.setTotal(photos);
  }

  stop(): void {
    this.#bar.stop();
  }
}

/** Plain lines for logs and pipes, whether or not anything moves. */
export class Lines implements ImportProgress {
  readonly #pace: Pace;
  readonly #timer: NodeJS.Timeout;
  #photos = 0;
  #latest: Tally | undefined;
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void, now?: () => number) {
    this.#write = write;
    this.#pace = new Pace(now);
    this.#timer = setInterval(() => this.writeLine(), LINE_EVERY_MS).unref();
  }

  show(tally: Tally): void {
    this.#latest = tally;
    this.#pace.note(settled(tally));
  }

  total(photos: number): void {
    this.#photos = photos;
  }

  writeLine(): void {
    if (this.#latest) this.#write(describe(this.#latest, this.#photos, this.#pace));
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function describe(tally: Tally, total: number, pace: Pace): string {
  const done = settled(tally);
  const perSecond = pace.perSecond(done);
  const left = perSecond > 0 && total > done ? ` · ${toDuration((total - done) / perSecond)} left` : '';
  const of = total > 0 ? `/${Math.max(total, done)}` : '';
  return `${done}${of} photos · ${perSecond.toFixed(1)}/s · ${tally.failed} failed${left}`;
}
