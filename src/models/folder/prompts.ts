import path from 'node:path';
import { ModelFolderError } from './folder-error.js';
import { readJsonObject } from './json-file.js';

/** Where sentence-transformers keeps what a model wants before its texts. */
export const PROMPT_SETTINGS = 'config_sentence_transformers.json';

/** What comes before a text, by name: `{ query: 'query: ', passage: 'passage: ' }`. */
export type Prompts = Readonly<Record<string, string>>;

/** The prompts that a model was trained with. */
export interface PromptSettings {
  readonly prompts: Prompts;
  /** The name of the one before texts of which nobody says what they are for; absent for none. */
  readonly defaultPromptName: string | undefined;
}

/**
 * The prompts as the model's folder names them; none for most models.
 * @throws ModelFolderError if they are there in another form, or there is none of the default's name.
 */
export async function readPrompts(folder: string): Promise<PromptSettings> {
  const file = path.join(folder, PROMPT_SETTINGS);
  const settings = await readJsonObject(file);
  const prompts = promptsOf(settings?.['prompts'] ?? {}, file);
  const name = settings?.['default_prompt_name'] ?? undefined;
  if (name === undefined) return { prompts, defaultPromptName: undefined };
  if (typeof name !== 'string' || !Object.hasOwn(prompts, name))
    throw new ModelFolderError(
      `${file}: default_prompt_name: expected one of ${JSON.stringify(Object.keys(prompts))}, received ${JSON.stringify(name)}`,
    );
  return { prompts, defaultPromptName: name };
}

/** What comes before a text where its request names nothing, as in sentence-transformers' `encode`. */
export function defaultPrompt({ prompts, defaultPromptName }: PromptSettings): string {
  return (defaultPromptName !== undefined && prompts[defaultPromptName]) || '';
}

function promptsOf(prompts: unknown, file: string): Prompts {
  if (typeof prompts !== 'object' || prompts === null || Array.isArray(prompts)) throw wrong(file);
  if (!Object.values(prompts).every((prompt) => typeof prompt === 'string')) throw wrong(file);
  return prompts as Prompts;
}

function wrong(file: string): ModelFolderError {
  return new ModelFolderError(`${file}: prompts: expected an object of texts such as {"query": "query: "}`);
}
