import type { WeaviateAddress } from './address.js';
import { NoConnectionError } from './no-connection.js';

const LONGEST_WAIT_MS = 5_000;
const SUCH_STATUS_DENIES: readonly number[] = [401, 403];

/**
 * Why a client could not connect, found out by asking Weaviate's REST address itself: the client says "fetch failed", and
 * not which of the two addresses it means.
 * @param grpc Where gRPC was tried.
 */
export async function explainConnection(
  failure: unknown,
  { url, apiKey, headers, grpcProxy = '' }: WeaviateAddress,
  grpc: URL,
): Promise<NoConnectionError> {
  const options = { cause: failure };
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/v1/meta`, {
      headers: { ...headers, ...(apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }) },
      signal: AbortSignal.timeout(LONGEST_WAIT_MS),
    });
    await response.body?.cancel();
    if (SUCH_STATUS_DENIES.includes(response.status)) {
      const message = `Weaviate at ${url} answers ${response.status}: set WEAVIATE_API_KEY to a key that it takes`;
      return new NoConnectionError('denied', message, options);
    }
    if (!response.ok) {
      const message = `Weaviate at ${url} answers ${response.status}: check --weaviate, its REST address`;
      return new NoConnectionError('down', message, options);
    }
  } catch (error) {
    const message = `no Weaviate at ${url} (${wordsOf(error)}): check --weaviate, its REST address, and that it runs`;
    return new NoConnectionError('down', message, { cause: error });
  }
  const proxied = grpcProxy === '' ? '' : `, through the proxy of ${grpcProxy}; no_proxy leaves hosts out`;
  const message =
    `Weaviate answers at ${url}, and not over gRPC at ${grpc.host || grpc.href}${proxied} ` +
    `(${wordsOf(failure)}): set --weaviate-grpc`;
  return new NoConnectionError('down', message, options);
}

/** The system's words, which the wrapping of others hides. */
function wordsOf(error: unknown): string {
  const { message, cause, name } = error as Error;
  if (name === 'TimeoutError') return `no answer in ${LONGEST_WAIT_MS / 1000} s`;
  if (cause instanceof Error && cause.message !== '') return cause.message;
  return /connect E[A-Z]+ \S+/.exec(message)?.[0] ?? message.split('\n')[0] ?? '';
}
