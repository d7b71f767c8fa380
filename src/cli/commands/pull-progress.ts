import { SingleBar } from 'cli-progress';
import { formatBytes } from '../../models/hub/disk-space.js';
import type { PullEvent, PullListener } from '../../models/hub/pull-events.js';

/** What a progress display writes to: standard error, or a stand-in. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Without a terminal, a line is written each time so much more of a file has come. */
const PLAIN_STEP = 0.1;

/** Shows a pull on a stream: a bar for each file on a terminal, plain lines elsewhere. `stop` leaves the cursor as it was. */
export function showPull(stream: ProgressStream): { readonly listener: PullListener; stop(): void } {
  const line = (text: string) => void stream.write(`${text}\n`);
  const files = stream.isTTY ? createBars(stream as NodeJS.WriteStream) : createLines(line);
  return {
    listener: (event) => {
      if (event.kind === 'start') files.start(event);
      else if (event.kind === 'bytes') files.update(event.done);
      else {
        files.stop();
        line(describe(event));
      }
    },
    stop: () => files.stop(),
  };
}

type Start = Extract<PullEvent, { kind: 'start' }>;

interface FileDisplay {
  start(event: Start): void;
  update(done: number): void;
  stop(): void;
}

function describe(event: Exclude<PullEvent, { kind: 'start' | 'bytes' }>): string {
  switch (event.kind) {
    case 'waiting':
      return `another process is fetching into ${event.folder}; waiting for it`;
    case 'retry':
      return `${event.path}: ${event.reason}; trying again`;
    case 'accepted':
      return `${event.path}: ${formatBytes(event.bytes)}, SHA-256 ${event.sha256}`;
  }
}

function createBars(stream: NodeJS.WriteStream): FileDisplay {
  let bar: SingleBar | undefined;
  let begun = { at: 0, done: 0 };
  return {
    start({ path, done, total }) {
      bar?.stop();
      begun = { at: performance.now(), done };
      const counted = total === undefined ? '{value}' : '{percentage}% of {total}';
      bar = new SingleBar({
        format: `{bar} ${counted} · {rate}/s · {eta_formatted} left · {path}`,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        hideCursor: true,
        clearOnComplete: true,
        stream,
        formatValue: (value, _, type) => (type === 'percentage' ? String(value) : formatBytes(value)),
      });
      bar.start(total ?? 0, done, { path, rate: formatBytes(0) });
    },
    update(done) {
      const seconds = Math.max(0.1, (performance.now() - begun.at) / 1000);
      bar?.update(done, { rate: formatBytes(Math.round((done - begun.done) / seconds)) });
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function createLines(line: (text: string) => void): FileDisplay {
  let current: Start | undefined;
  let printed = 0;
  return {
    start(event) {
      current = event;
      printed = event.total === undefined ? 0 : event.done / event.total;
      const size = event.total === undefined ? '' : ` (${formatBytes(event.total)})`;
      line(
        `${event.path}${size}: ${event.done > 0 ? `going on after ${formatBytes(event.done)}` : 'fetching'}`,
      );
    },
    update(done) {
      if (current?.total === undefined || done / current.total < printed + PLAIN_STEP) return;
      printed = done / current.total;
      line(`${current.path}: ${Math.floor(printed * 100)} %`);
    },
    stop() {
      current = undefined;
    },
  };
}
