import path from 'node:path';
import { ModelFolderError } from '../../models/folder/folder-error.js';
import { readJsonObject, type JsonObject } from '../../models/folder/json-file.js';

/** The JSON files of a model folder that say how it wants its text, as they stand on disk. */
export interface TextFiles {
  /** `immich` keeps the text tower under `textual/` and OpenCLIP's `text_cfg` in the root `config.json`. */
  readonly layout: 'huggingface' | 'immich';
  readonly tokenizer: JsonObject;
  /** `tokenizer_config.json`; empty if the folder has none. */
  readonly tokenizerConfig: JsonObject;
  /** The root `config.json`; empty if the folder has none. */
  readonly modelConfig: JsonObject;
  /** `sentence_bert_config.json` of sentence-transformers; empty if the folder has none. */
  readonly sentenceConfig: JsonObject;
}

/**
 * The text side's JSON files of a model folder.
 * @throws ModelFolderError if there is no `tokenizer.json` or a file is not a JSON object.
 */
export async function readTextFiles(folder: string): Promise<TextFiles> {
  const immich = await readJsonObject(path.join(folder, 'textual', 'tokenizer.json'));
  const room = immich === undefined ? folder : path.join(folder, 'textual');
  const tokenizer = immich ?? (await readJsonObject(path.join(folder, 'tokenizer.json')));
  if (tokenizer === undefined) {
    throw new ModelFolderError(
      `model folder: expected tokenizer.json or textual/tokenizer.json in ${folder}, received neither`,
    );
  }
  const [tokenizerConfig, modelConfig, sentenceConfig] = await Promise.all([
    readJsonObject(path.join(room, 'tokenizer_config.json')),
    readJsonObject(path.join(folder, 'config.json')),
    readJsonObject(path.join(room, 'sentence_bert_config.json')),
  ]);
  return {
    layout: immich === undefined ? 'huggingface' : 'immich',
    tokenizer,
    tokenizerConfig: tokenizerConfig ?? {},
    modelConfig: modelConfig ?? {},
    sentenceConfig: sentenceConfig ?? {},
  };
}
