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
  const of = total === undefined ? '{value}' : '{value}/{total}';
  const bar = new SingleBar({
    format: `{bar} ${of} ${what} · {rate}/s · {eta_formatted} left`,
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
