import { SingleBar } from 'cli-progress';
import type { Progress } from '../core/progress.js';

/** What progress is written to: standard error, or a stand-in. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stream?: ProgressStream;
  /** Done before. */
  readonly done?: number;
  /** How amounts are written; as plain numbers unless it is given. */
  readonly format?: (amount: number) => string;
  /** Takes the bar away when it stops. */
  readonly clears?: boolean;
}

/** Progress whose end may become known on the way. */
export interface GrowingProgress extends Progress {
  /** From now on shown as a part of so many, those that were done before included. */
  setTotal(total: number): void;
}

/** Plain lines are written at every tenth of the way. */
const PLAIN_STEPS = 10;

/**
 * Progress on standard error: a bar with rate and time left on a terminal, a line now and then elsewhere.
 * @param what What is counted, such as `photos`, or whose bytes are.
 * @param total How many there are, if that is known.
 */
export function showProgress(
  what: string,
  total: number | undefined,
  { stream = process.stderr, ...options }: ProgressOptions = {},
): Progress {
  return stream.isTTY
    ? showBar(what, total, stream as NodeJS.WriteStream, options)
    : showLines(what, total, stream, options);
}

/** On a terminal: a plain counter until it is known how many there are, then a bar. */
export function showCounter(
  what: string,
  stream: ProgressStream = process.stderr,
  { done: begun = 0 }: Pick<ProgressOptions, 'done'> = {},
): GrowingProgress {
  let done = begun;
  let shown = showBar(what, undefined, stream as NodeJS.WriteStream, { done, clears: true });
  return {
    add: (count) => {
      done += count;
      shown.add(count);
    },
    setTotal: (total) => {
      shown.stop();
      shown = showBar(what, total, stream as NodeJS.WriteStream, { done });
    },
    stop: () => shown.stop(),
  };
}

function showBar(
  what: string,
  total: number | undefined,
  stream: NodeJS.WriteStream,
  { done: begun = 0, format = String, clears = false }: ProgressOptions,
): Progress {
  const started = performance.now();
  let done = begun;
  const rate = () => {
    const seconds = Math.max(0.1, (performance.now() - started) / 1000);
    return format(Math.round((done - begun) / seconds));
  };
  const bar = new SingleBar({
    format:
      total === undefined
        ? `{value} ${what} · {rate}/s`
        : `{bar} {value}/{total} ${what} · {rate}/s · {eta_formatted} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: clears,
    stream,
    formatValue: (value, _, type) => (type === 'percentage' ? String(value) : format(value)),
  });
  bar.start(total ?? 0, done, { rate: format(0) });
  return {
    add: (count) => bar.update((done += count), { rate: rate() }),
    stop: () => bar.stop(),
  };
}

function showLines(
  what: string,
  total: number | undefined,
  stream: ProgressStream,
  { done: begun = 0, format = String }: ProgressOptions,
): Progress {
  const stepOf = (amount: number) => Math.floor((amount * PLAIN_STEPS) / Math.max(1, total ?? Infinity));
  let done = begun;
  let printed = stepOf(begun);
  return {
    add(count) {
      done += count;
      if (stepOf(done) === printed) return;
      printed = stepOf(done);
      stream.write(`${format(done)}/${format(total ?? done)} ${what}\n`);
    },
    stop() {},
  };
}
