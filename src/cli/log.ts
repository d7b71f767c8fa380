import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';

export interface LogOptions {
  readonly level: string;
  /** `auto` is pretty on a terminal, else JSON lines. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** A logger to standard error, so that a command's own output stays clean. */
export function createLog({ level, format }: LogOptions): Logger {
  const pretty = format === 'pretty' || (format === 'auto' && process.stderr.isTTY);
  const stream: DestinationStream = pretty
    ? PinoPretty({
        destination: 2,
        sync: true,
        ignore: 'pid,hostname',
        singleLine: true,
        translateTime: 'SYS:HH:MM:ss',
      })
    : openDestination();
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

/** For the last lines to be taken by whoever reads them. */
const LAST_LINES_MS = 1000;

/** Resolves once every line is written, as far as that is possible, so that none overtakes another at the end. */
export async function finishLog(log: Logger): Promise<void> {
  const written = new Promise<void>((resolve) => log.flush(() => resolve()));
  await Promise.race([written, sleep(LAST_LINES_MS)]);
}

/** Writes what is not written yet, and blocks until it is taken. */
export function writeLogNow(log: Logger): void {
  const { [pino.symbols.streamSym]: stream } = log as unknown as Record<symbol, { flushSync?(): void }>;
  stream?.flushSync?.();
}

/** Lines that cannot be written are kept up to here, in bytes, and then dropped. */
const MAX_UNWRITTEN = 2 ** 20;

/** Lines are written together, so many bytes of them or so many milliseconds: each write wakes another thread. */
const TOGETHER_BYTES = 4096;
const TOGETHER_MS = 100;

/** Standard error. Where it leads to a full disk, lines are lost: no reason to end a service that needs no disk. */
function openDestination(): DestinationStream {
  const stream = pino.destination({
    dest: 2,
    sync: false,
    minLength: TOGETHER_BYTES,
    periodicFlush: TOGETHER_MS,
    maxLength: MAX_UNWRITTEN,
  });
  return stream.on('error', () => {
    stream.flushSync = () => undefined; // at the end of the process it would try for ever
  });
}
