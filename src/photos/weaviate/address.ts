import { HandspringError } from '../../core/errors.js';

/** Where a Weaviate is, and what it is to be told with each request. */
export interface WeaviateAddress {
  /** Where the REST API is, such as `http://localhost:8080`. */
  readonly url: string;
  /** Where gRPC is, as a URL; empty for what goes with the REST address. */
  readonly grpcUrl: string;
  /** Empty for none. */
  readonly apiKey: string;
  /** Sent with every request, REST and gRPC. */
  readonly headers: Readonly<Record<string, string>>;
  /** The variable with the proxy that gRPC goes through, if there is one. REST goes through none. */
  readonly grpcProxy?: string;
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
