import { HandspringError } from '../../core/errors.js';
import type { Tokenizer } from './tokenizer.js';
import type { EncodedRow } from '../../core/batcher.js';

/** What becomes of a text longer than the model's context. */
export interface LongTextSettings {
  /**
   * `truncate`: cut, with the end token kept. `error`: refused. `mean`: read in windows of the context's length, whose
   * vectors are averaged.
   */
  readonly policy: 'truncate' | 'mean' | 'error';
  /** Most windows of one text. */
  readonly maxWindows: number;
  /** Whether the tower's vectors are of length 1; the mean of several is then brought back to it. */
  readonly normalized: boolean;
}

export interface TextRows {
  /** Token ids, one row for each window; more than one for `mean` only. */
  readonly rows: readonly Int32Array<ArrayBuffer>[];
  readonly truncated: boolean;
}

/**
 * The rows that a text is encoded as.
 * @throws HandspringError `invalid_request` for a long text that is not wanted; `payload_too_large` for one of too many
 * windows.
 */
export function toTextRows(
  text: string,
  tokenizer: Pick<Tokenizer, 'contextLength' | 'tokenize' | 'tokenizeWindows'>,
  { policy, maxWindows }: LongTextSettings,
): TextRows {
  const { ids, tokenCount, truncated } = tokenizer.tokenize(text);
  if (!truncated || policy === 'truncate') return { rows: [ids], truncated };
  const { contextLength } = tokenizer;
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
  return { rows, truncated: false };
}

/** One row for the windows of a text: the mean of their vectors, each window counting the same, and the slowest's times. */
export function joinWindows(windows: readonly EncodedRow[], { normalized }: LongTextSettings): EncodedRow {
  const [first] = windows;
  if (first && windows.length === 1) return first;
  return {
    vector: meanVector(
      windows.map(({ vector }) => vector),
      normalized,
    ),
    queueMs: Math.max(...windows.map(({ queueMs }) => queueMs)),
    encodeMs: Math.max(...windows.map(({ encodeMs }) => encodeMs)),
  };
}

function meanVector(vectors: readonly Float32Array[], normalized: boolean): Float32Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((x, i) => (mean[i] = (mean[i] ?? 0) + x / vectors.length));
  const length = normalized ? Math.hypot(...mean) || 1 : 1;
  return Float32Array.from(mean, (x) => x / length);
}
