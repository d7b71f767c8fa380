import { HandspringError } from '../../core/errors.js';
import type { Tokenizer } from './tokenizer.js';

/**
 * What becomes of a text longer than the model's context. `truncate`: cut, with the end token kept. `error`: refused.
 * `mean`: read in windows of the context's length, whose vectors are averaged.
 */
export type LongTextPolicy = 'truncate' | 'mean' | 'error';

export interface LongTextSettings {
  readonly policy: LongTextPolicy;
  /** Most windows of one text. */
  readonly maxWindows: number;
}

export interface TextRows {
  /** Token ids, one row for each window; more than one for `mean` only. */
  readonly rows: readonly Int32Array<ArrayBuffer>[];
  readonly truncated: boolean;
  /** Of all rows, special ones included. */
  readonly tokens: number;
}

/**
 * The rows that a text is encoded as.
 * @param whole Whether this one is to be refused where the policy would cut it.
 * @throws HandspringError `invalid_request` for a long text that is not wanted, `text_too_long` for one that is wanted whole; `payload_too_large` for one of too many
 * windows.
 */
export function toTextRows(
  text: string,
  tokenizer: Pick<Tokenizer, 'contextLength' | 'tokenize' | 'tokenizeWindows'>,
  { policy, maxWindows }: LongTextSettings,
  whole = false,
): TextRows {
  const { ids, tokenCount, truncated } = tokenizer.tokenize(text);
  if (!truncated || (policy === 'truncate' && !whole)) return { rows: [ids], truncated, tokens: ids.length };
  const { contextLength } = tokenizer;
  if (policy === 'truncate') {
    throw new HandspringError(
      'text_too_long',
      `expected at most ${contextLength} tokens, as it is not to be cut, received ${tokenCount}`,
    );
  }
  if (policy === 'error') {
    throw new HandspringError(
      'invalid_request',
      `expected at most ${contextLength} tokens (LONG_TEXT=error), received ${tokenCount}`,
    );
  }
  const rows = tokenizer.tokenizeWindows(text);
  if (rows.length > maxWindows) {
    throw new HandspringError(
      'payload_too_large',
      `expected at most ${maxWindows} windows of ${contextLength} tokens (MAX_TEXT_WINDOWS), received ${rows.length}`,
      { limit: 'MAX_TEXT_WINDOWS' },
    );
  }
  return { rows, truncated: false, tokens: rows.reduce((sum, { length }) => sum + length, 0) };
}
