import { isIP } from 'node:net';
import { HandspringError } from '../../core/errors.js';

/**
 * Parsers of option values. Each takes the text of a flag or variable and gives the value, or throws an error whose
 * message is what was expected ("a whole number from 1 to 65535"); `config.ts` adds the option's name.
 */
export type ValueParser<T> = (text: string) => T;

/** Says that a value is not what was expected. */
export function expected(what: string): never {
  throw new HandspringError('invalid_request', what);
}

export function text(what: string): ValueParser<string> {
  return (value) => (value === '' ? expected(what) : value);
}

export function wholeNumber(min: number, max: number): ValueParser<number> {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
    return number >= min && number <= max ? number : expected(`a whole number from ${min} to ${max}`);
  };
}

/** A word such as `auto` or `off`, or a value. */
export function wordOr<const W extends string, T>(word: W, parse: ValueParser<T>): ValueParser<W | T> {
  return (value) => {
    if (value === word) return word;
    try {
      return parse(value);
    } catch (error) {
      return expected(`${word} or ${(error as Error).message}`);
    }
  };
}

/** A whole number, or `auto`: then the default is worked out from the machine. */
export function wholeNumberOrAuto(min: number, max: number): ValueParser<number | 'auto'> {
  return wordOr('auto', wholeNumber(min, max));
}

/** A value, or nothing: then the option is off. */
export function optional<T>(parse: ValueParser<T>): ValueParser<T | ''> {
  return (value) => (value === '' ? value : parse(value));
}

/** The address of a web server, which may lie under a path; without slashes at its end. */
export function webAddress(example: string): ValueParser<string> {
  return (value) => {
    const { protocol, hostname } = parseUrl(value) ?? {};
    const right = /^https?:$/.test(protocol ?? '') && hostname !== '';
    return right ? value.replace(/\/+$/, '') : expected(`an http or https address such as ${example}`);
  };
}

/** The address of a proxy; `host:port` alone, as other programs take it, is one over http. */
export const proxyAddress: ValueParser<string> = (value) => {
  const address = value.includes('://') ? value : `http://${value}`;
  const { protocol, hostname, pathname } = parseUrl(address) ?? {};
  const right = /^https?:$/.test(protocol ?? '') && hostname !== '' && pathname === '/';
  return right ? address : expected('the http or https address of a proxy such as http://proxy:3128');
};

/** An address without spaces, query and fragment, which the parser would take off or repair. */
function parseUrl(value: string): URL | undefined {
  return /[\s?#]/.test(value) || !URL.canParse(value) ? undefined : new URL(value);
}

/** Hosts, domains (`.example.org`), addresses and ranges, with commas or spaces between, as NO_PROXY lists them. */
export const hosts: ValueParser<string> = (value) => {
  const list = value.split(/[\s,]+/).filter((entry) => entry !== '');
  const right = list.every((entry) => /^[\w.*:[\]-]+(\/\d{1,3})?$/.test(entry));
  return right && isMeant(value, list)
    ? value
    : expected('hosts such as localhost,.example.org, with commas between');
};

/** A folder, there already or to be made. A shell makes of `~` what is meant by it; a compose file does not. */
export const folder: ValueParser<string> = (value) => {
  const isFolder = value !== '' && !value.startsWith('~') && !value.includes('\0');
  return isFolder ? value : expected('a folder, by its whole path or from here (no ~)');
};

/** A value, or `auto`: then it is worked out from the machine at once. */
export function autoOr<T>(work: () => T, parse: ValueParser<T>): ValueParser<T> {
  const parseWord = wordOr('auto', parse);
  return (value) => {
    const parsed = parseWord(value);
    return parsed === 'auto' ? work() : parsed;
  };
}

/** Tokens with commas between; for an empty text, nothing is asked for. */
export const tokens: ValueParser<readonly string[]> = (value) => {
  const list = splitList(value);
  const sendable = list.every((token) => /^[\w.~+/=-]+$/.test(token));
  return sendable && isMeant(value, list)
    ? list
    : expected('tokens of letters, digits and ._~+/=-, with commas between');
};

/** Names of models, or `*`. */
export const names: ValueParser<readonly string[]> = (value) => {
  const list = splitList(value);
  const known = list.every((name) => /^(\*|[\w.:@/+-]{1,200})$/.test(name));
  return known && isMeant(value, list)
    ? list
    : expected('names of letters, digits and ._:@/+-, with commas between, or *');
};

/** The address of a Valkey or Redis. */
export const storeAddress: ValueParser<string> = (value) => {
  const { protocol, hostname, pathname = '' } = parseUrl(value) ?? {};
  const right = /^rediss?:$/.test(protocol ?? '') && hostname !== '' && /^(?:\/\d*)?$/.test(pathname);
  return right ? value : expected('an address such as redis://store:6379/0 or rediss://store:6379');
};

/** Origins as browsers write them, with commas between; `*` for all, and none for `off`. */
export const origins: ValueParser<'*' | readonly string[]> = (value) => {
  if (value === '*') return value;
  const list = value === 'off' ? [] : splitList(value);
  const right = list.every((origin) => parseUrl(origin)?.origin === origin);
  return right && (value === 'off' || list.length > 0)
    ? list
    : expected(
        'off, * or origins such as https://example.org,http://localhost:5173: no path, no slash at the end',
      );
};

/** IP addresses, ranges such as `10.0.0.0/8`, and the names `loopback`, `linklocal` and `uniquelocal`. */
export const addresses: ValueParser<readonly string[]> = (value) => {
  const list = splitList(value);
  return list.every(isAddressRange) && isMeant(value, list)
    ? list
    : expected('IP addresses or ranges such as 10.0.0.0/8, with commas between');
};

function isAddressRange(entry: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(entry)) return true;
  const [address = '', bits, ...more] = entry.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    longest > 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest))
  );
}

/** Of `$A,$B` with both empty a comma remains: that is no list of nothing, but one that was lost. */
function isMeant(value: string, list: readonly string[]): boolean {
  return value === '' || list.length > 0;
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

export function choice<const T extends string>(...values: readonly T[]): ValueParser<T> {
  return (value) => values.find((known) => known === value) ?? expected(`one of ${values.join(', ')}`);
}

/** One or more of the values with commas between, each once, in the order of the values. */
export function listOf(...values: readonly string[]): ValueParser<readonly string[]> {
  return (text) => {
    const list = splitList(text);
    const isRight = list.length > 0 && list.every((entry) => values.includes(entry));
    return isRight
      ? values.filter((known) => list.includes(known))
      : expected(`one or more of ${values.join(', ')}, with commas between`);
  };
}

/** `on`/`off`, and the spellings of other programs: true/false, 1/0, yes/no. */
export const flag: ValueParser<boolean> = (value) => {
  if (/^(on|true|1|yes)$/i.test(value)) return true;
  if (/^(off|false|0|no)$/i.test(value)) return false;
  return expected('on or off');
};

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** A size in bytes with an optional unit of 1024: `512`, `64k`, `48MB`, `1GiB`. */
export function byteSize(min: number): ValueParser<number> {
  return (value) => {
    const match = /^(\d{1,12})\s*([kmg]?)(?:i?b)?$/i.exec(value);
    const unit = BYTE_UNITS[match?.[2]?.toLowerCase() ?? ''];
    const bytes = match && unit !== undefined ? Number(match[1]) * unit : NaN;
    return bytes >= min ? bytes : expected(`a size of at least ${min} bytes, such as 64MB`);
  };
}

const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, '': 1 };

/** A duration in milliseconds with an optional unit: `1500`, `250ms`, `45s`, `2m`. */
export function duration(minMs: number): ValueParser<number> {
  return (value) => {
    const match = /^(\d{1,9})\s*(ms|s|m)?$/.exec(value);
    const unit = TIME_UNITS[match?.[2] ?? ''];
    const ms = match && unit !== undefined ? Number(match[1]) * unit : NaN;
    return ms >= minMs ? ms : expected(`a duration of at least ${minMs} ms, such as 45s`);
  };
}

/** Texts, one a line. */
export const lines: ValueParser<readonly string[]> = (value) =>
  value.split('\n').filter((line) => line.trim() !== '');

/** HTTP headers, one a line: `Name: value`. */
export const headers: ValueParser<Readonly<Record<string, string>>> = (value) => {
  const lines = value.split('\n').filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(
    pairs.map((match) =>
      match ? [match[1] ?? '', match[2] ?? ''] : expected('a header such as X-Name: value'),
    ),
  );
};
