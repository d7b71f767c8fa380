import type { JsonObject } from '../../models/folder/json-file.js';
import { isJsonObject } from '../../models/folder/json-file.js';

/** The special tokens that stand before and after the content of every row. */
export interface Frame {
  readonly start: readonly number[];
  readonly end: readonly number[];
}

/** The frame that the `post_processor` of a `tokenizer.json` describes; empty if there is none. Throws on a kind it does not know. */
export function parseFrame(processor: unknown): Frame {
  if (!isJsonObject(processor)) return { start: [], end: [] };
  switch (processor['type']) {
    case 'TemplateProcessing':
      return templateFrame(processor);
    case 'RobertaProcessing':
    case 'BertProcessing':
      return { start: [pairId(processor['cls'])], end: [pairId(processor['sep'])] };
    case 'ByteLevel':
      // It moves offsets only.
      return { start: [], end: [] };
    case 'Sequence':
      return (processor['processors'] as unknown[])
        .map(parseFrame)
        .reduce(
          (inner, outer) => ({ start: [...outer.start, ...inner.start], end: [...inner.end, ...outer.end] }),
          { start: [], end: [] },
        );
    default:
      throw new Error(`post_processor: expected a known type, received ${String(processor['type'])}`);
  }
}

function templateFrame(processor: JsonObject): Frame {
  const template = processor['single'] as JsonObject[];
  const special = processor['special_tokens'] as Record<string, { ids: number[] }>;
  const at = template.findIndex((part) => 'Sequence' in part);
  if (at < 0) throw new Error('post_processor: expected a template with a sequence, received one without');
  const idsOf = (parts: JsonObject[]) =>
    parts.flatMap((part) => special[(part['SpecialToken'] as { id: string }).id]?.ids ?? []);
  return { start: idsOf(template.slice(0, at)), end: idsOf(template.slice(at + 1)) };
}

/** `["</s>", 2]`: a token and its id. */
function pairId(pair: unknown): number {
  const id: unknown = Array.isArray(pair) ? pair[1] : undefined;
  if (typeof id !== 'number') throw new Error('post_processor: expected a token and its id');
  return id;
}
