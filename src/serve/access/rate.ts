import { HandspringError } from '../../core/errors.js';

/** So many items in each window of time. */
export interface Rate {
  readonly items: number;
  readonly seconds: number;
  /** As it was written: `600/m`. */
  readonly text: string;
}

const WINDOWS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * A rate such as `600/m`: items in a second, minute, hour or day.
 * @throws HandspringError whose message is what was expected.
 */
export function parseRate(text: string): Rate {
  const [, items = '', window = ''] = /^(\d{1,12})\/([smhd])$/.exec(text) ?? [];
  const seconds = WINDOWS[window];
  if (seconds === undefined || Number(items) < 1)
    throw new HandspringError('invalid_request', 'items in a time, such as 600/m (s, m, h or d)');
  return { items: Number(items), seconds, text };
}
