import type { ValueParser } from './option-values.js';

/** Where an option applies: the commands that take it as a flag. */
export type CommandName =
  'serve' | 'demo' | 'import' | 'evaluate' | 'bench' | 'doctor' | 'models' | 'convert' | 'embed' | 'keys';

/** One row of the table of options: everything the command line, the environment and the docs say of it. */
export interface Option<T> {
  readonly flag: `--${string}`;
  readonly env: string;
  /** A second spelling of the variable that is in use elsewhere. */
  readonly otherEnv?: string;
  /** What stands for the value in the help: `--port PORT`. */
  readonly placeholder: string;
  readonly parse: ValueParser<T>;
  /** Of an option that names a file: throws if its content cannot be used. `doctor` reports that in its own way. */
  readonly checkFile?: (content: string) => void;
  /** Of an option that names what may not be there: throws with all that is to be told of it. `doctor` reports that in its own way. */
  readonly checkThere?: (value: string) => void;
  /** The default, written as a user would; without one the option must be given. */
  readonly fallback?: string;
  /** The default as the docs show it, where it depends on the machine. */
  readonly fallbackText?: string;
  readonly doc: string;
  readonly commands: readonly CommandName[];
  /** Never printed: not in logs, not in errors. */
  readonly secret?: true;
  /** A flag that takes no value and means `on`. */
  readonly isSwitch?: true;
  /** A flag that takes two values, joined by a space. */
  readonly isPair?: true;
  /** A flag that may be given more than once; its values are joined by line breaks. */
  readonly repeatable?: true;
}

/** A row, with the type of its value kept. */
export function option<T>(row: Option<T>): Option<T> {
  return row;
}

/** The commands that load a model, those that serve, all that embed, and those that talk to Weaviate. */
export const MODEL_USERS = ['serve', 'demo', 'evaluate', 'bench', 'doctor', 'models', 'embed'] as const;
export const SERVERS = ['serve', 'demo'] as const;
export const ALL = ['serve', 'demo', 'evaluate', 'doctor', 'embed'] as const;
export const WEAVIATE_USERS = ['demo', 'import', 'evaluate', 'doctor'] as const;
