import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../../../src/models/folder/json-file.js';
import type { TextFiles } from '../../../src/towers/text/files.js';

const FIXTURES = path.resolve('test/fixtures');

export const TOKENIZERS = ['clip', 'wordpiece', 'siglip', 'xlmr', 'gemma'] as const;
export type TokenizerName = (typeof TOKENIZERS)[number];

/** The value in a gzipped JSON file under `test/fixtures`. */
export function readFixture(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(path.join(FIXTURES, name))).toString('utf8'));
}

export function tokenizerJson(name: TokenizerName): JsonObject {
  return readFixture(`tokenizers/${name}/tokenizer.json.gz`) as JsonObject;
}

/** The files of a model folder around one of the tokenizers. */
export function modelFiles(name: TokenizerName, changes: Partial<TextFiles> = {}): TextFiles {
  return { ...FILES[name], tokenizer: tokenizerJson(name), sentenceConfig: {}, ...changes };
}

const FILES: Readonly<Record<TokenizerName, Pick<TextFiles, 'layout' | 'tokenizerConfig' | 'modelConfig'>>> =
  {
    clip: folder('<|endoftext|>', { model_type: 'clip' }),
    wordpiece: folder('[PAD]', { model_type: 'bert', max_position_embeddings: 512 }),
    siglip: folder('</s>', { model_type: 'siglip' }),
    xlmr: folder('<pad>', { model_type: 'xlm-roberta', max_position_embeddings: 514, pad_token_id: 1 }),
    gemma: folder('<pad>', { model_type: 'siglip2' }),
  };

function folder(padToken: string, modelConfig: JsonObject) {
  return { layout: 'huggingface' as const, tokenizerConfig: { pad_token: padToken }, modelConfig };
}
