import type { JsonObject } from '../../../models/folder/json-file.js';

/** Token → id, from a model whose `vocab` is an object. */
export function readVocabulary(config: JsonObject): Map<string, number> {
  return new Map(Object.entries(config['vocab'] as Record<string, number>));
}

/** The id of the model's `unk_token`, or undefined if it names none. Throws if it names one that has no id. */
export function unknownId(config: JsonObject, vocabulary: ReadonlyMap<string, number>): number | undefined {
  const token = config['unk_token'];
  if (typeof token !== 'string') return undefined;
  const id = vocabulary.get(token);
  if (id === undefined)
    throw new Error('tokenizer model: expected unk_token in the vocabulary, received one without an id');
  return id;
}

/** A string of the configuration, empty where it is null or missing. */
export function textAt(config: JsonObject, key: string): string {
  const value = config[key];
  return typeof value === 'string' ? value : '';
}

/** The ids of a text's UTF-8 bytes as tokens `<0x00>` to `<0xFF>`, or undefined if one of them is not in the vocabulary. */
export function byteTokens(text: string, vocabulary: ReadonlyMap<string, number>): number[] | undefined {
  const ids: number[] = [];
  for (const byte of Buffer.from(text)) {
    const id = vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}
