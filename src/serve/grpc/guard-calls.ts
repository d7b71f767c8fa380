import type { ServerHttp2Stream } from 'node:http2';
import { ResponderBuilder, ServerInterceptingCall, ServerListenerBuilder } from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';
import { GuardedCall } from './guarded-call.js';
import type { GuardParts } from './guarded-call.js';
import { Undecoded } from './schema.js';

/** The chain that every call passes, as `contractRoutes` and `trackRequests` are over HTTP. */
export function guardCalls(parts: GuardParts): ServerInterceptor {
  return (definition, next) => {
    const call = new GuardedCall(parts, definition, streamOf(next));
    const responder = new ResponderBuilder()
      .withStart((start) =>
        start(
          new ServerListenerBuilder()
            .withOnReceiveMetadata((metadata, pass) => {
              if (call.open(metadata)) pass(metadata);
            })
            .withOnReceiveMessage((message, pass) => {
              call.onMessage();
              pass(message instanceof Undecoded ? message.decode() : message);
            })
            .withOnReceiveHalfClose((pass) => {
              call.onHalfClose();
              pass();
            })
            .withOnCancel(() => call.close(next.getDeadline()))
            .build(),
        ),
      )
      .withSendMetadata((metadata, pass) => pass(call.withId(metadata)))
      .withSendStatus((ending, pass) => pass(call.onStatus(ending)))
      .build();
    const guarded = new ServerInterceptingCall(next, responder);
    call.end = (ending) => guarded.sendStatus(ending);
    return guarded;
  };
}

/**
 * The HTTP/2 stream of a call, which grpc-js shows to nobody: what arrives is to be held to limits before it is all there, and
 * what is not read is to be seen.
 */
function streamOf(call: object): ServerHttp2Stream {
  const { stream } = call as { readonly stream?: ServerHttp2Stream };
  if (!stream) throw new Error('@grpc/grpc-js: a call has no stream any more');
  return stream;
}
