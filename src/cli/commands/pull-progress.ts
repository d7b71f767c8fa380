import type { Progress } from '../../core/progress.js';
import { formatBytes } from '../../models/hub/disk-space.js';
import type { PullEvent, PullListener } from '../../models/hub/pull-events.js';
import { showProgress } from '../progress-bar.js';
import type { ProgressStream } from '../progress-bar.js';

/** Shows a pull on a stream: a bar for each file on a terminal, plain lines elsewhere. `stop` leaves the cursor as it was. */
export function showPull(stream: ProgressStream): { readonly listener: PullListener; stop(): void } {
  let file: Progress | undefined;
  let shown = 0;
  const stop = () => {
    file?.stop();
    file = undefined;
  };
  const line = (text: string) => void stream.write(`${text}\n`);
  const listener = (event: PullEvent) => {
    if (event.kind === 'bytes') {
      file?.add(event.done - shown);
      shown = event.done;
      return;
    }
    stop();
    if (event.kind !== 'start') return line(describe(event));
    const { path, done, total } = event;
    if (!stream.isTTY) line(describeStart(event));
    shown = done;
    file = showProgress(path, total, { stream, done, format: formatBytes, clears: true });
  };
  return { listener, stop };
}

type Start = Extract<PullEvent, { kind: 'start' }>;

function describeStart({ path, done, total }: Start): string {
  const size = total === undefined ? '' : ` (${formatBytes(total)})`;
  return `${path}${size}: ${done > 0 ? `going on after ${formatBytes(done)}` : 'fetching'}`;
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
