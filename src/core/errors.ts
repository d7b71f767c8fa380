/**
 * Every error code of the service. The HTTP status of each stands in `serve/errors.ts`, its meaning for the caller in
 * docs/api.md.
 */
export type ErrorCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'not_found'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'invalid_image'
  | 'image_urls_off'
  | 'text_too_long'
  | 'token_ids_not_supported'
  | 'model_not_found'
  | 'invalid_media'
  | 'request_timeout'
  | 'overloaded'
  | 'rate_limited'
  | 'not_ready'
  | 'deadline'
  | 'encoder_failed'
  | 'model_unavailable'
  | 'internal';

/** The options that set limits; a request over one is counted by its name. */
export const LIMIT_NAMES = [
  'MAX_CONNECTIONS',
  'HEADERS_TIMEOUT',
  'BODY_TIMEOUT',
  'MIN_BODY_RATE',
  'RESPONSE_TIMEOUT',
  'MAX_PENDING_ITEMS',
  'MAX_PENDING_BYTES',
  'MAX_ITEMS',
  'MAX_TEXTS',
  'MAX_BODY_BYTES',
  'MAX_IMAGE_BYTES',
  'MAX_IMAGE_PIXELS',
  'MAX_SOUND_SECONDS',
  'MAX_VIDEO_SECONDS',
  'MAX_TEXT_CHARS',
  'MAX_TEXT_WINDOWS',
  'DEADLINE',
  'RATE_LIMIT',
  'QUOTA',
] as const;

export type LimitName = (typeof LIMIT_NAMES)[number];

export interface HandspringErrorOptions {
  /** The error that led to this one; logged, never sent. */
  readonly cause?: unknown;
  /** A closed word for the metrics, such as `truncated` for an image that ends early. */
  readonly reason?: string;
  /** The option whose limit the request is over. */
  readonly limit?: LimitName;
  /** When the same request may be tried again, in seconds. */
  readonly retryAfterSeconds?: number;
  /** The place in its request of the item that the error is about. */
  readonly index?: number;
  /** The key of the request that it is about, such as `images` or `model`. */
  readonly field?: string;
}

/**
 * An error whose message is meant for the caller. It names the item and what was expected, and carries no payloads,
 * paths or addresses. Anything else that is thrown is a bug and reaches the caller as `internal` only.
 */
export class HandspringError extends Error {
  override readonly name = 'HandspringError';
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly limit: LimitName | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly index: number | undefined;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options: HandspringErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.reason = options.reason;
    this.limit = options.limit;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.index = options.index;
    this.field = options.field;
  }

  /** The same error about an item, by its name in the request, such as `images[3]`, and its place there. */
  about(item: string, index?: number): HandspringError {
    return new HandspringError(this.code, `${item}: ${this.message}`, {
      cause: this.cause ?? this,
      ...(this.reason !== undefined && { reason: this.reason }),
      ...(this.limit !== undefined && { limit: this.limit }),
      ...(this.retryAfterSeconds !== undefined && { retryAfterSeconds: this.retryAfterSeconds }),
      ...(index !== undefined && { index }),
      field: this.field ?? fieldOf(item),
    });
  }
}

/** The key under which an item of that name stands in its request: `images` of `images[3]`. */
export function fieldOf(item: string): string {
  return item.replace(/[[.].*$/s, '');
}
