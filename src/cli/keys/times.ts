import { ConfigError } from '../options/config.js';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** ISO 8601 in UTC, to the second. */
export const toSeconds = (time: number): string => new Date(time).toISOString().replace(/\.\d+/, '');

/**
 * A time to come, in ISO 8601: a date (its first moment in UTC), a time, or so many minutes, hours or days from now, such as `90d`.
 * @throws ConfigError that names the option.
 */
export function parseTimeToCome(option: string, text: string, now = Date.now()): string {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d\d-\d\d(?:T.*)?$/.test(text);
  const time = unit === '' ? (isDate ? Date.parse(text) : NaN) : now + Number(count) * (UNITS[unit] ?? NaN);
  if (!(time > now) || time > 8.64e15)
    throw new ConfigError([
      `${option}: expected a time to come, such as 90d, 12h, 2027-01-31 or 2027-01-31T12:00:00Z, received ${JSON.stringify(text)}`,
    ]);
  return toSeconds(time);
}
