import { Metadata, status } from '@grpc/grpc-js';
import type { StatusObject } from '@grpc/grpc-js';
import type { ErrorCode, HandspringError } from '../../core/errors.js';
import { messageType } from './schema.js';

/** The status of every error code, as `STATUS` has the one of HTTP; a new code does not compile until it has one. */
export const GRPC_STATUS = {
  invalid_request: status.INVALID_ARGUMENT,
  image_urls_off: status.INVALID_ARGUMENT,
  token_ids_not_supported: status.INVALID_ARGUMENT,
  payload_too_large: status.INVALID_ARGUMENT,
  invalid_image: status.INVALID_ARGUMENT,
  text_too_long: status.INVALID_ARGUMENT,
  invalid_media: status.INVALID_ARGUMENT,
  unauthorized: status.UNAUTHENTICATED,
  not_found: status.NOT_FOUND,
  model_not_found: status.NOT_FOUND,
  method_not_allowed: status.UNIMPLEMENTED,
  request_timeout: status.ABORTED,
  overloaded: status.RESOURCE_EXHAUSTED,
  rate_limited: status.RESOURCE_EXHAUSTED,
  encoder_failed: status.INTERNAL,
  internal: status.INTERNAL,
  model_unavailable: status.UNAVAILABLE,
  not_ready: status.UNAVAILABLE,
  deadline: status.DEADLINE_EXCEEDED,
} satisfies Record<ErrorCode, status>;

const StatusType = messageType('google.rpc.Status');

/**
 * A failure as a call ends with it. Its code stands in the trailer `handspring-code`; when to try again in `retry-after`
 * (seconds), and in `grpc-retry-pushback-ms`, which clients with a retry policy obey; both also in the details that
 * google.rpc has for it.
 */
export function toStatus(error: HandspringError): StatusObject {
  const { code: word, message, retryAfterSeconds } = error;
  const code = GRPC_STATUS[word];
  const metadata = new Metadata();
  metadata.set('handspring-code', word);
  if (retryAfterSeconds !== undefined) {
    metadata.set('retry-after', String(retryAfterSeconds));
    metadata.set('grpc-retry-pushback-ms', String(retryAfterSeconds * 1000));
  }
  const details = StatusType.encode({ code, message, details: detailsOf(error) }).finish();
  metadata.set('grpc-status-details-bin', Buffer.from(details));
  return { code, details: message, metadata };
}

function detailsOf({ code, field, index, limit, retryAfterSeconds }: HandspringError): object[] {
  const metadata = {
    ...(field === undefined ? {} : { field }),
    ...(index === undefined ? {} : { index: String(index) }),
    ...(limit === undefined ? {} : { limit }),
  };
  return [
    any('google.rpc.ErrorInfo', { reason: code.toUpperCase(), domain: 'handspring', metadata }),
    ...(retryAfterSeconds === undefined
      ? []
      : [any('google.rpc.RetryInfo', { retryDelay: { seconds: retryAfterSeconds } })]),
  ];
}

function any(type: string, message: object): object {
  return { type_url: `type.googleapis.com/${type}`, value: messageType(type).encode(message).finish() };
}
