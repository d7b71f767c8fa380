import { HandspringError } from '../core/errors.js';
import { nameOf } from '../core/name-of.js';
import { TOWER_KINDS } from '../towers/registry.js';
import { ENGINE_DEFAULTS } from './engine-defaults.js';
import type { OpenOptions } from './open-options.js';

interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const oneOf = (...words: readonly string[]): Rule => ({
  expected: words.map((word) => JSON.stringify(word)).join(' or '),
  holds: (value) => words.includes(value as string),
});
const whole = (least: number): Rule => ({
  expected: `a whole number from ${least} on`,
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= least,
});
const kind = (type: string, expected: string): Rule => ({
  expected,
  holds: (value) => typeof value === type,
});
/** An object by what is done with it, as loggers and signals come from many packages. */
const withMethods = (expected: string, ...names: readonly string[]): Rule => ({
  expected,
  holds: (value) =>
    names.every((name) => typeof (Object(value) as Record<string, unknown>)[name] === 'function'),
});

const SWITCH = kind('boolean', 'true or false');
const TEXT = kind('string', 'a string');
const MODALITIES = TOWER_KINDS.map(({ modality }) => modality);

const RULES: Readonly<Record<keyof OpenOptions, Rule>> = {
  modalities: {
    expected: `a list of some of ${MODALITIES.join(', ')}`,
    holds: (value) =>
      Array.isArray(value) && value.length > 0 && value.every((name) => MODALITIES.includes(name as string)),
  },
  precision: oneOf('fp32', 'fp16', 'int8'),
  normalize: oneOf('auto', 'on', 'off'),
  longText: oneOf('truncate', 'mean', 'error'),
  threads: {
    expected: `${whole(1).expected}, or "auto"`,
    holds: (value) => value === 'auto' || whole(1).holds(value),
  },
  ffmpeg: TEXT,
  maxImageBytes: whole(1),
  cacheBytes: whole(0),
  autoOrient: SWITCH,
  optimize: SWITCH,
  offline: SWITCH,
  cacheDir: TEXT,
  endpoint: TEXT,
  token: TEXT,
  signal: withMethods('an AbortSignal', 'throwIfAborted', 'addEventListener'),
  onProgress: kind('function', 'a function'),
  logger: withMethods('an object with info and error, such as the console', 'info', 'error'),
};

/**
 * Refuses what a program without types may pass, and would otherwise be passed over: a misspelt option is none.
 * @throws HandspringError `invalid_request` that names the option, what was expected and what was received.
 */
export function checkOptions(options: unknown): asserts options is OpenOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong('options', 'an object such as { modalities: ["text"] }', nameOf(options));
  for (const [name, value] of Object.entries(options)) {
    const rule = (RULES as Readonly<Record<string, Rule>>)[name];
    if (!rule && !Object.hasOwn(ENGINE_DEFAULTS, name))
      throw wrong('options', `some of ${Object.keys(RULES).join(', ')}`, JSON.stringify(name));
    if (rule && value !== undefined && !rule.holds(value)) throw wrong(name, rule.expected, shown(value));
  }
}

/** A value as a message shows it: itself if that is short. */
function shown(value: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof value) && !Array.isArray(value)) return nameOf(value);
  const json = JSON.stringify(value);
  return json.length > 60 ? nameOf(value) : json;
}

function wrong(name: string, expected: string, received: string): HandspringError {
  return new HandspringError('invalid_request', `${name}: expected ${expected}, received ${received}`, {
    field: name,
  });
}
