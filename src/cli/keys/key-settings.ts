import { HandspringError } from '../../core/errors.js';
import { NAME, WEIGHT } from '../../serve/access/keys-file.js';
import { parseRate } from '../../serve/access/rate.js';
import { ConfigError } from '../options/config.js';
import { parseTimeToCome } from './times.js';

/** As they stand on the command line. */
export interface KeySettings {
  readonly rate?: string;
  readonly quota?: string;
  readonly weight?: string;
  readonly expires?: string;
  readonly note?: string;
}

/** Longer ones belong elsewhere. */
const NOTE_CHARACTERS = 200;

/** @throws ConfigError */
export function checkName(name: string): string {
  if (NAME.is(name)) return name;
  throw new ConfigError([`name: expected ${NAME.expected}, received ${JSON.stringify(name)}`]);
}

/**
 * The settings of a key that options ask for, as they stand in a keys file.
 * @throws ConfigError that names the option which is wrong.
 */
export function settingsOf({ rate, quota, weight, expires, note }: KeySettings): Record<string, unknown> {
  return {
    ...(rate !== undefined && { rate: checkRate('--rate', rate) }),
    ...(quota !== undefined && { quota: checkRate('--quota', quota) }),
    ...(weight !== undefined && { weight: checkWeight(weight) }),
    ...(expires !== undefined && { expires: parseTimeToCome('--expires', expires) }),
    ...(note !== undefined && { note: checkNote(note) }),
  };
}

function checkRate(option: string, text: string): string {
  try {
    return parseRate(text).text;
  } catch (error) {
    if (!(error instanceof HandspringError)) throw error;
    throw new ConfigError([`${option}: expected ${error.message}, received ${JSON.stringify(text)}`]);
  }
}

function checkWeight(text: string): number {
  const weight = text.trim() === '' ? NaN : Number(text);
  if (WEIGHT.is(weight)) return weight;
  throw new ConfigError([`--weight: expected ${WEIGHT.expected}, received ${JSON.stringify(text)}`]);
}

function checkNote(note: string): string {
  // Control characters would change the terminal of whoever lists the keys.
  if (note.length <= NOTE_CHARACTERS && !/\p{Cc}/u.test(note)) return note;
  throw new ConfigError([`--note: expected at most ${NOTE_CHARACTERS} characters on one line`]);
}
