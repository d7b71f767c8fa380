import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { untilAborted } from '../../core/until-aborted.js';
import { bareHost } from './allowed-hosts.js';
import type { AllowedAddress } from './parse-address.js';
import { isPublicAddress, isReachableAddress } from './public-address.js';
import { AddressRefusal } from './refusal.js';

/** All IP addresses of a host. @throws whatever, if it has none. */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly string[]>;

export interface Resolvers {
  /** Of hosts that callers choose. */
  readonly public: ResolveHost;
  /** Of hosts that are named as private. */
  readonly private: ResolveHost;
}

const TRIES = { timeout: 1000, tries: 2 };

export const SYSTEM_RESOLVERS: Resolvers = {
  /** By DNS itself: the system's resolver would hold one of Node's few threads for each name whose server is slow. */
  async public(host, signal) {
    const resolver = new Resolver(TRIES);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      return found.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  },
  /** As the system does, with its hosts file and search domains. */
  async private(host) {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  },
};

/**
 * The IP addresses of an address's host, each of which may be connected to.
 * @throws AddressRefusal `no_such_host`, `not_public` if one of them may not; the signal's reason.
 */
export async function resolveAllowed(
  { url, host: { mayBePrivate } }: AllowedAddress,
  resolvers: Resolvers,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const host = bareHost(url.hostname);
  const resolve = mayBePrivate ? resolvers.private : resolvers.public;
  const addresses = isIP(host)
    ? [host]
    : await untilAborted(
        resolve(host, signal).catch(() => []),
        signal,
      );
  if (addresses.length === 0) throw new AddressRefusal('no_such_host');
  if (!addresses.every(mayBePrivate ? isReachableAddress : isPublicAddress))
    throw new AddressRefusal('not_public');
  return addresses;
}
