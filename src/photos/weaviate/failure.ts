import type { FailureKind } from './failure-kind.js';
import { NoConnectionError } from './no-connection.js';

export interface Failure {
  readonly kind: FailureKind;
  /** In the words of whoever refused, without Weaviate's wrapping. */
  readonly reason: string;
}

/** Weaviate wraps the module's answer so: `vectorize: … fail with status 422: images[0]: expected …`. */
const MODULE_STATUS = /fail with status (\d{3}): (.*)$/s;
/** Go's words for a module or a Weaviate that has gone, and gRPC's for the latter. */
const NOBODY_ANSWERS =
  /connection (?:refused|reset)|broken pipe|\bEOF\b|no such host|server closed|use of closed|UNAVAILABLE|ECONN(?:REFUSED|RESET)|EPIPE|fetch failed|socket hang up|context (?:deadline exceeded|canceled)|Client\.Timeout|shutting down|not ready/i;
/** A module of another kind than ours, or a proxy between, may answer HTML; the status is all there is. */
const UNPARSED_STATUS = /parse vectorization response \(status (\d{3})\)/;
const NO_ROOM = /RESOURCE_EXHAUSTED|too many requests|memory pressure|not enough memory/i;

/** Of a class that is not in the schema, over gRPC and in REST, or whose index is not open yet. */
const NO_COLLECTION =
  /could not find class|class not found|no such class|class .* (?:not found|does not exist)|non-existing index/i;

/** The client's error classes, by name: the package does not export them. */
const DENIED = new Set(['WeaviateUnauthenticatedError', 'WeaviateInsufficientPermissionsError']);

/** Reads the text of a per-object error, or of any error of the client. */
export function readFailure(error: unknown): Failure {
  const message = messageOf(error);
  if (error instanceof NoConnectionError) return { kind: error.kind, reason: message };
  const { name, code } = (error ?? {}) as { name?: string; code?: number };
  if (DENIED.has(name ?? '')) return { kind: 'denied', reason: message };
  if (name === 'WeaviateRequestTimeoutError') return { kind: 'down', reason: message };
  const answered = MODULE_STATUS.exec(message);
  if (answered) return { kind: kindOf(Number(answered[1])), reason: withoutItem(answered[2] ?? '') };
  const unparsed = UNPARSED_STATUS.exec(message);
  if (unparsed) return { kind: kindOf(Number(unparsed[1])), reason: message };
  if (/UNAUTHENTICATED|PERMISSION_DENIED/.test(message)) return { kind: 'denied', reason: message };
  if (/larger than max/.test(message)) return { kind: 'refused', reason: message };
  if (NO_ROOM.test(message)) return { kind: 'busy', reason: message };
  // A Weaviate that starts knows no collection yet; one that was deleted is waited for in vain, and then told.
  if (NO_COLLECTION.test(message)) return { kind: 'down', reason: message };
  if (NOBODY_ANSWERS.test(message)) return { kind: 'down', reason: message };
  if (name === 'WeaviateUnexpectedStatusCodeError' && code !== undefined)
    return { kind: kindOf(code), reason: message };
  return { kind: 'unknown', reason: message };
}

/** Whether Weaviate failed because it does not know, or not yet, the collection it was asked about. */
export function isAboutCollection(error: unknown): boolean {
  return NO_COLLECTION.test(messageOf(error));
}

function kindOf(status: number): FailureKind {
  if (status === 429 || status === 503 || status === 504) return 'busy';
  if (status === 502) return 'down';
  if (status === 401 || status === 403) return 'denied';
  return status < 500 ? 'refused' : 'unknown';
}

/** The module counts the items of its own request, which is this one object's: `images[0]` or `audio[0]` says nothing here. */
function withoutItem(reason: string): string {
  return reason.replace(/^[a-z]+\[0\]: /, '');
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof NoConnectionError) return error.message;
  // Node's fetch says only "fetch failed"; the cause has the words.
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}
