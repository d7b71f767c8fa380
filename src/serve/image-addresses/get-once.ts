import type { LookupFunction } from 'node:net';
import { isIPv6 } from 'node:net';
import { Client, errors } from 'undici';
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

export interface GetOptions {
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
  { connectMs, signal, ca }: GetOptions,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const client = new Client(url.origin, {
    connect: { lookup: lookupIn(addresses), timeout: connectMs, rejectUnauthorized: true, ...(ca && { ca }) },
    maxRedirections: 0,
    allowH2: false,
  });
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
