import { statSync } from 'node:fs';
import { Command, Option } from 'commander';
import { HandspringError } from '../src/core/errors.js';
import type { ValueParser } from '../src/cli/options/option-values.js';
import { text } from '../src/cli/options/option-values.js';

/** One option of a command: how it stands in the help, and what its value is. */
export interface BenchOption<T> {
  /** What stands for the value in the help; none for a switch. */
  readonly placeholder?: string;
  readonly doc: string;
  readonly fallback?: string;
  readonly isRepeatable?: boolean;
  /** @throws Error whose message is what was expected. */
  readonly read: (given: readonly string[]) => T;
}

type Options = Readonly<Record<string, BenchOption<unknown>>>;
type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends BenchOption<infer T> ? T : never;
};

export function option<T>(
  placeholder: string,
  doc: string,
  parse: ValueParser<T>,
  fallback: string,
): BenchOption<T> {
  return { placeholder, doc, fallback, read: ([given = fallback]) => parse(given) };
}

/** An option that may be left out; its doc says what happens then. */
export function optionalOption<T>(
  placeholder: string,
  doc: string,
  parse: ValueParser<T>,
): BenchOption<T | undefined> {
  return { placeholder, doc, read: ([given]) => (given === undefined ? undefined : parse(given)) };
}

/** An option that may be given several times. */
export function repeatedOption<T>(
  placeholder: string,
  doc: string,
  parse: ValueParser<T>,
): BenchOption<readonly T[]> {
  return { placeholder, doc, isRepeatable: true, read: (given) => given.map(parse) };
}

export function toggle(doc: string): BenchOption<boolean> {
  return { doc, read: (given) => given.length > 0 };
}

/** Some of the choices, separated by commas, each once, in the order given. */
export function someOf<const C extends string>(choices: readonly C[]): ValueParser<C[]> {
  return (given) => {
    const words = given.split(',') as C[];
    const isSound = words.every((word) => choices.includes(word)) && new Set(words).size === words.length;
    return isSound ? words : expected(`some of ${choices.join()}, each once`);
  };
}

/** A number above 0. */
export const positive: ValueParser<number> = (given) => {
  const number = /^\d*\.?\d+$/.test(given) ? Number(given) : NaN;
  return number > 0 ? number : expected('a number above 0');
};

/** A folder that is there. */
export const existingFolder: ValueParser<string> = (given) => {
  const isFolder = statSync(given, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? given : expected('a folder that is there');
};

/** What the files of a run begin with. */
export const fileName: ValueParser<string> = (given) =>
  /^\w[\w.-]*$/.test(given) ? given : expected('a name of letters, digits, dots and dashes');

export const place: ValueParser<string> = text('a path');

/** @throws HandspringError as `ValueParser` has it. */
export function expected(what: string): never {
  throw new HandspringError('invalid_request', what);
}

/**
 * The values of a command's options. `--help` shows them, each with its sentence and its default; of a wrong one, one
 * line says what was expected. Both end the process, with 0 or 2.
 */
export function readCommand<O extends Options>(name: string, summary: string, options: O): Values<O> {
  const command = new Command(name)
    .description(summary)
    .usage('[options]')
    .helpOption('-h, --help', 'Show this help.')
    .allowExcessArguments(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  for (const [key, row] of Object.entries(options)) command.addOption(toFlag(key, row));
  const given = command.parse().opts<Record<string, string[] | undefined>>();
  const entries = Object.entries(options).map(([key, row]) => {
    const words = given[key] ?? [];
    try {
      return [key, row.read(words)];
    } catch (error) {
      return fail(
        `${flagOf(key)}: expected ${(error as Error).message}, received ${words.join(' ') || 'none'}`,
      );
    }
  });
  return Object.fromEntries(entries) as Values<O>;
}

/** Ends the process with 2 and this line: what was asked for cannot be done. */
export function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}

/** Does a command's work; an error that ends it is its message alone, and 1. */
export async function perform(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    // Where both addresses of a host refuse, the message is empty and the code says it.
    const { message, code } = error as NodeJS.ErrnoException;
    process.stderr.write(`${message || (code ?? String(error))}\n`);
    process.exit(1);
  }
}

function toFlag(key: string, { placeholder, doc, fallback, isRepeatable }: BenchOption<unknown>): Option {
  const flags = placeholder === undefined ? flagOf(key) : `${flagOf(key)} <${placeholder}>`;
  const flag = new Option(flags, fallback === undefined ? doc : `${doc} Default: ${fallback || 'none'}.`);
  if (placeholder === undefined) return flag.preset(['on']);
  const collect = (word: string, before: string[] = []) => (isRepeatable ? [...before, word] : [word]);
  return flag.argParser(collect);
}

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
