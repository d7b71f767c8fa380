import { isJsonObject } from '../../models/folder/json-file.js';
import type { JsonObject } from '../../models/folder/json-file.js';
import type { TextFiles } from './files.js';

/** How a model wants its text: what the tokenizer and model configurations say, in one form. */
export interface TextSettings {
  /** The most tokens of one row, special tokens included. */
  readonly contextLength: number;
  /** The token that fills a row up to its batch's length. */
  readonly padId: number;
  /**
   * The length every row must be padded to, or undefined where a batch may end at its own longest row. SigLIP has no
   * attention mask, pads to its context length and pools the last position, so there the padding is part of the input.
   */
  readonly padTo: number | undefined;
  /**
   * What is done to the text before the tokenizer: nothing (Hugging Face); `whitespace`: runs of white space become one
   * space, the ends are trimmed (immich); `canonicalize`: then ASCII punctuation is dropped and the case lowered (immich's
   * SigLIP models, as `clean: canonicalize` in OpenCLIP); `openai`: what OpenAI's CLIP does to damaged texts, then white space.
   */
  readonly clean: 'none' | 'whitespace' | 'canonicalize' | 'openai';
}

/** Above this a `model_max_length` means "not known": Hugging Face writes 1e30 there. */
const LARGEST_CONTEXT = 1_000_000;

/** What the classes of Hugging Face's `transformers` assume where `config.json` leaves the length out. */
const DEFAULT_CONTEXT: Readonly<Record<string, number>> = { clip: 77, siglip: 64, siglip2: 64 };

/** The text settings that a model folder's files state. Throws if the context length or pad token cannot be told. */
export function parseTextSettings(files: TextFiles): TextSettings {
  const contextLength = contextLengthOf(files);
  return {
    contextLength,
    padId: padIdOf(files),
    padTo: poolsLastPosition(files) ? contextLength : undefined,
    clean: cleanOf(files),
  };
}

function contextLengthOf(files: TextFiles): number {
  const openClip = objectAt(files.modelConfig, 'text_cfg');
  const length = openClip === undefined ? statedLength(files) : (numberAt(openClip, 'context_length') ?? 77);
  if (length === undefined || !Number.isInteger(length) || length < 3) {
    throw new Error(`context length: expected a whole number of at least 3, received ${length ?? 'none'}`);
  }
  return length;
}

/** The least of the lengths that the files state: each of them is a limit. */
function statedLength(files: TextFiles): number | undefined {
  const stated = [
    numberAt(files.sentenceConfig, 'max_seq_length'),
    numberAt(files.tokenizerConfig, 'model_max_length'),
    positionsOf(textConfigOf(files)),
  ].filter((length) => length !== undefined && length <= LARGEST_CONTEXT);
  return stated.length > 0 ? Math.min(...(stated as number[])) : DEFAULT_CONTEXT[modelTypeOf(files)];
}

/** RoBERTa, and CLAP's text tower with it, counts its positions from `pad_token_id + 1`, so that many of the table are never used. */
function positionsOf(config: JsonObject): number | undefined {
  const positions = numberAt(config, 'max_position_embeddings');
  if (positions === undefined || !/roberta|^clap_text/.test(String(config['model_type']))) return positions;
  return positions - ((numberAt(config, 'pad_token_id') ?? 1) + 1);
}

function padIdOf(files: TextFiles): number {
  const named = tokenText(files.tokenizerConfig['pad_token']);
  const id =
    (named === undefined ? undefined : tokenId(files.tokenizer, named)) ??
    numberAt(objectAt(files.tokenizer, 'padding') ?? {}, 'pad_id') ??
    numberAt(textConfigOf(files), 'pad_token_id');
  if (id === undefined)
    throw new Error('pad token: expected pad_token in tokenizer_config.json, received none');
  return id;
}

/**
 * Whether padding is part of the input. The `padding` section of `tokenizer.json` does not tell: all-MiniLM-L6-v2 has a
 * fixed length there, and an attention mask that makes it meaningless. OpenCLIP's configurations say it outright.
 */
function poolsLastPosition(files: TextFiles): boolean {
  const openClip = objectAt(files.modelConfig, 'text_cfg');
  if (openClip !== undefined) return openClip['pool_type'] === 'last';
  return modelTypeOf(files).startsWith('siglip');
}

function cleanOf(files: TextFiles): TextSettings['clean'] {
  const own = files.tokenizerConfig['clean'];
  if (own === 'openai') return own;
  if (own !== undefined)
    throw new Error(`clean: expected openai or nothing, received ${JSON.stringify(own).slice(0, 80)}`);
  if (files.layout === 'huggingface') return 'none';
  const openClip = objectAt(files.modelConfig, 'text_cfg') ?? {};
  return objectAt(openClip, 'tokenizer_kwargs')?.['clean'] === 'canonicalize' ? 'canonicalize' : 'whitespace';
}

function textConfigOf(files: TextFiles): JsonObject {
  return objectAt(files.modelConfig, 'text_config') ?? files.modelConfig;
}

function modelTypeOf(files: TextFiles): string {
  const type = files.modelConfig['model_type'];
  return typeof type === 'string' ? type : '';
}

/** A special token is written as a string, or as an object with its `content`. */
function tokenText(value: unknown): string | undefined {
  const text = isJsonObject(value) ? value['content'] : value;
  return typeof text === 'string' ? text : undefined;
}

function tokenId(tokenizer: JsonObject, token: string): number | undefined {
  const added = Array.isArray(tokenizer['added_tokens']) ? (tokenizer['added_tokens'] as JsonObject[]) : [];
  const found = added.find((entry) => entry['content'] === token);
  if (found !== undefined) return numberAt(found, 'id');
  const vocab = objectAt(tokenizer, 'model')?.['vocab'];
  if (isJsonObject(vocab)) return Object.hasOwn(vocab, token) ? numberAt(vocab, token) : undefined;
  const index = Array.isArray(vocab) ? (vocab as unknown[][]).findIndex(([piece]) => piece === token) : -1;
  return index < 0 ? undefined : index;
}

function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}

function numberAt(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === 'number' ? value : undefined;
}
