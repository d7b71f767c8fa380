import type { LookupFunction, Socket } from 'node:net';
import { isIPv6 } from 'node:net';
import { buildConnector, Client, errors } from 'undici';
import type { Dispatcher } from 'undici';
import { HandspringError } from '../../core/errors.js';
import { VERSION } from '../../core/version.js';
import { AddressRefusal } from './refusal.js';

/** Nothing of the caller, and no name of ours but the program's. */
const HEADERS = {
  accept: 'image/*',
  'accept-encoding': 'identity',
  'user-agent': `handspring/${VERSION}`,
};

/** What may come beside twice the body before it is cut off: header lines, sizes of chunks, and what waits to be taken. */
const SPARE_BYTES = 2 ** 20;
const LOOK_EVERY_MS = 25;

export interface GetOptions {
  /** How much of the body has been taken so far. */
  readonly taken: () => number;
  readonly connectMs: number;
  readonly signal: AbortSignal;
  /** Certificates to trust instead of the system's; tests have their own. */
  readonly ca?: string | undefined;
}

/** An answer whose body has still to be read. */
export type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/**
 * Asks one of the IP addresses, and never resolves the host again; `Host` and the certificate's name are the URL's. Follows no
 * redirect, asks no proxy, keeps no connection: what is read of the answer is read within `read`.
 * @throws AddressRefusal `refused`, `timeout`; what `read` throws; the signal's reason.
 */
export async function getOnce<T>(
  url: URL,
  addresses: readonly string[],
  { connectMs, signal, ca, taken }: GetOptions,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const connect = buildConnector({
    lookup: lookupIn(addresses),
    timeout: connectMs,
    rejectUnauthorized: true,
    allowH2: false,
    ...(ca && { ca }),
  });
  let socket: Socket | undefined;
  const client = new Client(url.origin, {
    connect: (options, done) =>
      connect(options, (...outcome) => {
        socket = outcome[1] ?? undefined;
        done(...outcome);
      }),
    maxRedirections: 0,
  });
  // Chunks of a byte and answers before the answer cost the main thread far more than their bytes.
  const watch = setInterval(() => {
    if ((socket?.bytesRead ?? 0) > 2 * taken() + SPARE_BYTES)
      void client.destroy(new AddressRefusal('refused'));
  }, LOOK_EVERY_MS);
  try {
    const path = `${url.pathname}${url.search}`;
    const answer = await client.request({ method: 'GET', path, headers: HEADERS, signal });
    answer.body.on('error', () => undefined); // of a body that is not read to its end, when the connection is cut
    return await read(answer);
  } catch (error) {
    signal.throwIfAborted();
    if (!isOfTransport(error)) throw error;
    throw new AddressRefusal(error instanceof errors.ConnectTimeoutError ? 'timeout' : 'refused', {
      cause: error,
    });
  } finally {
    clearInterval(watch);
    await client.destroy();
  }
}

/** A resolver that knows these addresses alone. */
function lookupIn(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, { all }, done) => {
    if (all) done(null, found);
    else done(null, found[0]!.address, found[0]!.family);
  };
}

/** Errors of sockets, TLS and HTTP have codes; a bug has none. */
function isOfTransport(error: unknown): boolean {
  return error instanceof Error && 'code' in error && !(error instanceof HandspringError);
}
