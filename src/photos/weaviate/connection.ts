import weaviate, { ApiKey } from 'weaviate-client';
import type { WeaviateClient } from 'weaviate-client';
import { toEndpoints } from './address.js';
import type { WeaviateAddress } from './address.js';
import { explainConnection } from './explain-connection.js';

/** A batch waits for the vectors of all its images. */
const INSERT_TIMEOUT_SECONDS = 300;
const QUERY_TIMEOUT_SECONDS = 60;
/** Weaviate asks its modules for their `/meta` before it answers a new connection. */
const INIT_TIMEOUT_SECONDS = 10;

let isQuiet = false;

/** The client announces each of its own retries with a stack on the console; what comes of them is thrown all the same. */
function silenceRetries(): void {
  if (isQuiet) return;
  isQuiet = true;
  const { warn } = console;
  console.warn = (...parts: unknown[]) => {
    if (!parts.some((part) => typeof part === 'string' && part.includes('Retrying in'))) warn(...parts);
  };
}

/**
 * A connection that has been tried, over REST and gRPC.
 * @throws HandspringError `invalid_request` for an address that is none.
 * @throws NoConnectionError if nobody answers, or not over gRPC, or the key is refused.
 */
export async function connectToWeaviate(address: WeaviateAddress): Promise<WeaviateClient> {
  silenceRetries();
  const { rest, grpc } = toEndpoints(address);
  const connecting = weaviate.connectToCustom({
    httpHost: rest.hostname,
    httpPort: portOf(rest),
    httpSecure: isSecure(rest),
    httpPath: rest.pathname.replace(/\/+$/, ''),
    grpcHost: grpc.hostname,
    grpcPort: portOf(grpc),
    grpcSecure: isSecure(grpc),
    headers: { ...address.headers },
    timeout: {
      init: INIT_TIMEOUT_SECONDS,
      query: QUERY_TIMEOUT_SECONDS,
      insert: INSERT_TIMEOUT_SECONDS,
    },
    ...(address.apiKey === '' ? {} : { authCredentials: new ApiKey(address.apiKey) }),
  });
  return connecting.catch(async (error: unknown) => {
    throw await explainConnection(error, address, grpc);
  });
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:';
}

function portOf(url: URL): number {
  return url.port === '' ? (isSecure(url) ? 443 : 80) : Number(url.port);
}
