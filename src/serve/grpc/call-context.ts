import type { Metadata } from '@grpc/grpc-js';
import type { EmbedResult } from '../../core/embedder.js';
import { findKey } from '../access/authenticate.js';
import type { Key, KeyRing } from '../access/key-ring.js';
import type { Balance } from '../access/item-limits.js';
import type { RequestContext } from '../request-context.js';
import type { Messages } from './messages.js';

/** What is known of a call while it is under way: what `RequestContext` is of a request over HTTP. */
export interface CallContext {
  readonly id: string;
  /** `handspring.v1.Embeddings/Embed` */
  readonly method: string;
  readonly metadata: Metadata;
  /** Aborted when the caller hangs up, or its deadline passes. */
  readonly signal: AbortSignal;
  /** Aborted when the service is told to stop. */
  readonly stopping: AbortSignal;
  readonly messages: Messages;
  readonly startMs: number;
  /** When its request was whole, by the wall clock; of a stream its first. */
  bodyAtMs: number | undefined;
  route: string;
  carried: string;
  outcome: RequestContext['outcome'] | undefined;
  error: unknown;
  timings: Partial<EmbedResult['timings']> | undefined;
  key: Key | undefined;
  /** Whose share of the service's room it takes. */
  callerId: string;
  facts: Readonly<Record<string, number>>;
  label: undefined;
  balances: readonly Balance[];
  /** A stream's items that are being worked on. */
  underWay: number;
  /** Ends the call as `toStatus` has it, unless it has ended. */
  readonly fail: (thrown: unknown) => void;
}

const contexts = new WeakMap<Metadata, CallContext>();

export function setCallContext(context: CallContext): void {
  contexts.set(context.metadata, context);
}

/** The context of a call, by the metadata that it came with: its handler has the same ones. */
export function callContext({ metadata }: { readonly metadata: Metadata }): CallContext {
  const context = contexts.get(metadata);
  if (!context) throw new Error('the call has not passed guardCalls');
  return context;
}

/** @throws HandspringError As `findKey`. */
export function keyOf(ring: KeyRing, { metadata }: Pick<CallContext, 'metadata'>): Key {
  const [authorization] = metadata.get('authorization').map(String);
  return findKey(ring, authorization);
}
