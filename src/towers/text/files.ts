import path from 'node:path';
import type { TowerFile } from '../../models/folder/folder.js';
import { ModelFolderError } from '../../models/folder/folder-error.js';
import { readJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';
import { dialectOf } from '../../models/layouts.js';

/** The JSON files of a model folder that say how it wants its text, as they stand on disk. */
export interface TextFiles {
  /** `immich`: OpenCLIP's `text_cfg` is in the root `config.json`, and its way of cleaning texts is the model's. */
  readonly layout: ReturnType<typeof dialectOf>;
  readonly tokenizer: JsonObject;
  /** `tokenizer_config.json`; empty if the folder has none. */
  readonly tokenizerConfig: JsonObject;
  /** The root `config.json`; empty if the folder has none. */
  readonly modelConfig: JsonObject;
  /** `sentence_bert_config.json` of sentence-transformers; empty if the folder has none. */
  readonly sentenceConfig: JsonObject;
}

/**
 * The JSON files of a model folder's text tower; those beside its tokenizer are the tower's.
 * @throws ModelFolderError if there is no tokenizer or a file is not a JSON object.
 */
export async function readTextFiles(
  folder: string,
  { settings: file = 'tokenizer.json' }: Pick<TowerFile, 'settings'> = {},
): Promise<TextFiles> {
  const tokenizer = await readJsonObject(path.join(folder, file));
  if (tokenizer === undefined) throw new ModelFolderError(`${folder}: expected ${file}, there is none`);
  const room = path.join(folder, path.dirname(file));
  const [tokenizerConfig, modelConfig, sentenceConfig] = await Promise.all([
    readJsonObject(path.join(room, 'tokenizer_config.json')),
    readJsonObject(path.join(folder, 'config.json')),
    readJsonObject(path.join(room, 'sentence_bert_config.json')),
  ]);
  return {
    layout: dialectOf(file),
    tokenizer,
    tokenizerConfig: tokenizerConfig ?? {},
    modelConfig: modelConfig ?? {},
    sentenceConfig: sentenceConfig ?? {},
  };
}
