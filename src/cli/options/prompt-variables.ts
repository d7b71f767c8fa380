import type { Logger } from 'pino';
import type { Prompts } from '../../models/folder/prompts.js';

/** With these the official text2vec container puts something before texts. */
const VARIABLES = ['USE_QUERY_PASSAGE_PREFIXES', 'USE_QUERY_PROMPT'];

/** Says, once, what becomes of variables that another container would read, and without which vectors would be others there. */
export function tellPromptVariables(
  prompts: Prompts,
  log: Pick<Logger, 'warn'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void {
  const set = VARIABLES.filter((name) => /^(?:true|1|on|yes)$/i.test(env[name]?.trim() ?? ''));
  if (set.length === 0) return;
  const names = Object.keys(prompts);
  const has = names.length > 0 ? `this model has ${names.join(', ')}` : 'this model has none';
  log.warn(
    `${set.join(' and ')} changes nothing here: a model's own prompts (config_sentence_transformers.json) come before its texts by themselves; ${has}`,
  );
}
