import { HandspringError } from '../../core/errors.js';
import { NoFileError, readWholeFileSync } from '../../core/regular-file.js';
import { ACCESS_OPTIONS } from './access.js';
import { COMMAND_OPTIONS } from './commands.js';
import { IMPORT_OPTIONS } from './import.js';
import { LIMIT_OPTIONS } from './limits.js';
import { MODEL_OPTIONS } from './model.js';
import { SERVICE_OPTIONS } from './service.js';
import { WEAVIATE_OPTIONS } from './weaviate.js';
import type { CommandName, Option } from './option.js';

export type { CommandName, Option } from './option.js';

/**
 * Every option. None may be called `HANDSPRING_…`: Kubernetes injects variables such as `HANDSPRING_PORT=tcp://…` for a
 * service of that name.
 */
export const OPTIONS = {
  ...MODEL_OPTIONS,
  ...SERVICE_OPTIONS,
  ...LIMIT_OPTIONS,
  ...ACCESS_OPTIONS,
  ...WEAVIATE_OPTIONS,
  ...IMPORT_OPTIONS,
  ...COMMAND_OPTIONS,
} as const;

type Options = typeof OPTIONS;
export type OptionName = keyof Options;

/** The tables by the headings under which the help shows their options. */
const HEADINGS: readonly (readonly [heading: string, options: object])[] = [
  ['Model:', MODEL_OPTIONS],
  ['Service:', SERVICE_OPTIONS],
  ['Limits:', LIMIT_OPTIONS],
  ['Access:', ACCESS_OPTIONS],
  ['Weaviate:', WEAVIATE_OPTIONS],
  ['Import:', IMPORT_OPTIONS],
  ['Of this command:', COMMAND_OPTIONS],
];

export function headingOf(option: OptionName): string {
  const [heading] = HEADINGS.find(([, options]) => option in options) ?? [''];
  return heading;
}

/** Every option with its value, after defaults. */
export type Config = { readonly [K in OptionName]: ReturnType<Options[K]['parse']> };

/** What is wrong with the options, all of it at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

export type Defaults = Readonly<Partial<Record<OptionName, string>>>;

/** Where texts of options come from. */
export interface OptionSources {
  readonly flags: Readonly<Partial<Record<OptionName, string>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Defaults of this command that differ from the table's. */
  readonly defaults?: Defaults;
}

/**
 * A command's options: a flag before a variable before the default. An empty variable counts as absent, as compose files
 * write `PORT=` for "not set". Options of other commands keep their defaults, whatever the environment says.
 * @throws ConfigError that names each wrong value and what was expected in its place.
 */
export function loadConfig(command: CommandName, sources: OptionSources): Config {
  const config: Partial<Record<OptionName, unknown>> = {};
  const problems: string[] = [];
  for (const [name, row] of Object.entries(OPTIONS) as [OptionName, Option<unknown>][]) {
    const concerned = row.commands.includes(command);
    const [source, given] = concerned ? pickSource(name, row, sources) : [row.flag, row.fallback];
    try {
      if (given !== undefined) {
        config[name] = row.parse(given);
        if (concerned && given !== '' && command !== 'doctor') {
          checkFile(row, given);
          problems.push(...missing(row, given).map((problem) => `${source}: ${problem}`));
        }
      } else if (concerned)
        problems.push(`${row.flag} or ${row.env}: expected ${row.doc.toLowerCase()}, received nothing`);
    } catch (error) {
      if (!(error instanceof HandspringError)) throw error;
      problems.push(
        `${source}: expected ${error.message}, received ${row.secret ? 'another' : quote(given ?? '')}`,
      );
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Config;
}

/** What is not there is told with all that is wrong, before anything is loaded. */
function missing({ checkThere }: Option<unknown>, given: string): string[] {
  try {
    checkThere?.(given);
    return [];
  } catch (error) {
    // Whoever finds the model later names the variable; here it may have been the flag.
    return [(error as Error).message.replace(/^[A-Z_]+: /, '')];
  }
}

/** A file that cannot be used is a wrong value like any other, told with them and before anything is loaded. */
function checkFile({ checkFile: check, placeholder }: Option<unknown>, file: string): void {
  if (!check) return;
  try {
    check(readWholeFileSync(file).toString('utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isOurs = error instanceof HandspringError || error instanceof NoFileError;
    const why = isOurs ? message : `reading it gives ${code ?? message}`;
    throw new HandspringError('invalid_request', `a ${placeholder.toLowerCase()} that can be used (${why})`, {
      cause: error,
    });
  }
}

function pickSource(
  name: OptionName,
  row: Option<unknown>,
  sources: OptionSources,
): [source: string, given: string | undefined] {
  const { flags, env, defaults = {} } = sources;
  const fromFlag = flags[name];
  if (fromFlag !== undefined) return [row.flag, fromFlag];
  const fromEnv = env[row.env] ?? env[row.otherEnv ?? row.env];
  if (fromEnv !== undefined && fromEnv.trim() !== '') return [row.env, fromEnv.trim()];
  return [row.flag, defaults[name] ?? row.fallback];
}

function quote(given: string): string {
  return JSON.stringify(given.length > 60 ? `${given.slice(0, 60)}…` : given);
}

/** The table of options as Markdown, for docs/configuration.md. */
export function renderOptions(): string {
  const rows = (Object.values(OPTIONS) as Option<unknown>[]).map(
    (row) =>
      `| \`${row.flag}\` | \`${row.env}\` | ${row.fallback ? `\`${row.fallbackText ?? row.fallback}\`` : ''} | ${row.doc.replaceAll('|', '\\|')} |`,
  );
  return ['| flag | variable | default | what it does |', '|---|---|---|---|', ...rows].join('\n');
}
