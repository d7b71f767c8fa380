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
    : pino.destination({ dest: 2, sync: false, minLength: 0 });
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}
