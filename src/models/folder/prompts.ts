import path from 'node:path';
import { ModelFolderError } from './folder-error.js';
import { readJsonObject } from './json-file.js';

/** Where sentence-transformers keeps what a model wants before its texts. */
export const PROMPT_SETTINGS = 'config_sentence_transformers.json';

/** What comes before a text, by name: `{ query: 'query: ', passage: 'passage: ' }`. */
export type Prompts = Readonly<Record<string, string>>;

/**
 * The prompts that a model was trained with, as its folder names them; none for most models.
 * @throws ModelFolderError if they are there in another form.
 */
export async function readPrompts(folder: string): Promise<Prompts> {
  const file = path.join(folder, PROMPT_SETTINGS);
  const prompts: unknown = (await readJsonObject(file))?.['prompts'] ?? {};
  if (typeof prompts !== 'object' || prompts === null || Array.isArray(prompts)) throw wrong(file);
  if (!Object.values(prompts).every((prompt) => typeof prompt === 'string')) throw wrong(file);
  return prompts as Prompts;
}

function wrong(file: string): ModelFolderError {
  return new ModelFolderError(`${file}: prompts: expected an object of texts such as {"query": "query: "}`);
}
