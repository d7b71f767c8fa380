import { SingleBar } from 'cli-progress';

export interface Progress {
  /** So many more are done. */
  add(count: number): void;
  stop(): void;
}

/** Plain lines are written at every tenth of the way. */
const PLAIN_STEPS = 10;

/**
 * Progress on standard error: a bar with rate and time left on a terminal, a line now and then elsewhere.
 * @param what What is counted, such as `photos`.
 */
export function showProgress(
  what: string,
  total: number,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  return stream.isTTY ? showBar(what, total, stream) : showLines(what, total, stream);
}

function showBar(what: string, total: number, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar({
    format: `{bar} {value}/{total} ${what} · {duration_formatted} · {eta_formatted} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream,
  });
  bar.start(total, 0);
  return { add: (count) => bar.increment(count), stop: () => bar.stop() };
}

function showLines(what: string, total: number, stream: NodeJS.WriteStream): Progress {
  let done = 0;
  let printed = 0;
  return {
    add(count) {
      done += count;
      const step = Math.floor((done * PLAIN_STEPS) / Math.max(1, total));
      if (step === printed) return;
      printed = step;
      stream.write(`${done}/${total} ${what}\n`);
    },
    stop() {},
  };
}
