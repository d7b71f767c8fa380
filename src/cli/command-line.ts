import { Command, Option as Flag } from 'commander';
import { ConfigError, OPTIONS, headingOf, loadConfig } from './options/config.js';
import type { CommandName, Config, Option, OptionName, OptionSources } from './options/config.js';
import { printableLines } from '../core/printable.js';
import { describeError } from '../core/system-error.js';
import { createLog, finishLog } from './log.js';
import { watchOutput } from './standard-output.js';
import type { Logger } from 'pino';

const OPTION_ROWS = Object.entries(OPTIONS) as [OptionName, Option<unknown>][];

/**
 * A command with every option of the table that it takes, in its help and from the environment.
 * @param family The command in the table's sense; `models pull` has the options of `models`.
 * @param without Options of the family that mean nothing to this command.
 */
export function command(
  name: string,
  family: CommandName,
  summary: string,
  without: readonly OptionName[] = [],
): Command {
  const built = new Command(name).description(summary);
  for (const [option, row] of OPTION_ROWS) {
    if (row.commands.includes(family) && !without.includes(option))
      built.addOption(toFlag(row).helpGroup(headingOf(option)));
  }
  return asUser(built)
    .helpOption('-h, --help', 'Show this help')
    .showHelpAfterError(`(add --help to see the options)`);
}

/** Ends with 2 where the command line is wrong, as it does where a value is; commander's own would be 1. */
export function asUser(built: Command): Command {
  return built.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

function toFlag({
  flag,
  placeholder,
  doc,
  env,
  fallback,
  isSwitch,
  isPair,
  repeatable,
}: Option<unknown>): Flag {
  const text = `${doc} (env ${env}${fallback ? `, default ${fallback}` : ''})`;
  const built = new Flag(isSwitch ? flag : `${flag} <${placeholder}>`, text);
  if (isSwitch) built.preset('on');
  if (isPair) built.variadic = true;
  if (isPair || repeatable) {
    built.argParser((value: string, before?: string) =>
      before === undefined ? value : `${before}${isPair ? ' ' : '\n'}${value}`,
    );
  }
  return built;
}

/** The options' values, or the list of all that is wrong with them and exit code 2. */
function readConfig(built: Command, family: CommandName, defaults: OptionSources['defaults']): Config {
  const given = built.opts<Record<string, string | undefined>>();
  const flags: Partial<Record<OptionName, string>> = {};
  for (const [name, row] of OPTION_ROWS) {
    const text = given[new Flag(`${row.flag} <x>`).attributeName()];
    if (text !== undefined) flags[name] = text;
  }
  try {
    return loadConfig(family, { flags, env: process.env, ...(defaults && { defaults }) });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${printableLines(error.problems.join('\n'))}\n`);
    process.exit(2);
  }
}

/**
 * What a command does with its arguments and options, giving the exit code. An error that ends it is plain lines on
 * standard error, with the stack at log level debug only.
 */
export function action<A extends unknown[]>(
  built: Command,
  family: CommandName,
  defaults: OptionSources['defaults'],
  work: (config: Config, log: Logger, ...args: A) => Promise<number>,
): Command {
  return built.action(async (...args: unknown[]) => {
    const config = readConfig(built, family, defaults);
    const log = createLog({ level: config.logLevel, format: config.logFormat });
    const output = watchOutput(process.stdout);
    let lastWords = '';
    try {
      process.exitCode = await work(config, log, ...(args as A));
      await output.finish();
    } catch (error) {
      log.debug({ err: error }, 'failed');
      lastWords = `handspring: ${printableLines(describeError(error))}\n`;
      process.exitCode = error instanceof ConfigError ? 2 : 1;
    }
    await finishLog(log);
    process.stderr.write(lastWords);
    process.exit();
  });
}
