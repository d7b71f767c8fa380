import weaviate, { ApiKey } from 'weaviate-client';
import type { WeaviateClient } from 'weaviate-client';
import { HandspringError } from '../../core/errors.js';

export interface WeaviateAddress {
  /** Where the REST API is, such as `http://localhost:8080`. */
  readonly url: string;
  /** Where gRPC is, as a URL; empty for what goes with the REST address. */
  readonly grpcUrl: string;
  /** Empty for none. */
  readonly apiKey: string;
  /** Sent with every request, REST and gRPC. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A batch waits for the vectors of all its images. */
const INSERT_TIMEOUT_SECONDS = 300;
const QUERY_TIMEOUT_SECONDS = 60;
/** Weaviate asks its modules for their `/meta` before it answers a new connection. */
const INIT_TIMEOUT_SECONDS = 10;

/**
 * A connection that has been tried, over REST and gRPC.
 * @throws HandspringError `invalid_request` for an address that is none; what the client throws if nobody answers.
 */
export async function connectToWeaviate(address: WeaviateAddress): Promise<WeaviateClient> {
  const { rest, grpc } = toEndpoints(address);
  return weaviate.connectToCustom({
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
}

/**
 * Both endpoints of a Weaviate. Without a gRPC address it is port 50051 of the same host; Weaviate Cloud has a host of its
 * own for it (`grpc-` before the name, or `.grpc` after its first part on `weaviate.network`), on port 443.
 */
export function toEndpoints({ url, grpcUrl }: Pick<WeaviateAddress, 'url' | 'grpcUrl'>): {
  rest: URL;
  grpc: URL;
} {
  const rest = parseAddress(url, 'http://localhost:8080');
  if (grpcUrl !== '') return { rest, grpc: parseAddress(grpcUrl, 'http://localhost:50051') };
  const grpc = new URL(`${rest.protocol}//${rest.host}`);
  if (rest.hostname.endsWith('.weaviate.network')) {
    grpc.hostname = rest.hostname.replace('.', '.grpc.');
  } else if (rest.hostname.endsWith('.weaviate.cloud')) {
    grpc.hostname = `grpc-${rest.hostname}`;
  } else {
    grpc.port = '50051';
  }
  return { rest, grpc };
}

function parseAddress(text: string, example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new HandspringError(
    'invalid_request',
    `Weaviate: expected an address such as ${example}, received ${JSON.stringify(text)}`,
  );
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:';
}

function portOf(url: URL): number {
  return url.port === '' ? (isSecure(url) ? 443 : 80) : Number(url.port);
}
