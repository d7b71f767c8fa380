import type { AllowedHost } from './allowed-hosts.js';
import { getOnce } from './get-once.js';
import type { Answer } from './get-once.js';
import { parseAddress } from './parse-address.js';
import type { AllowedAddress } from './parse-address.js';
import { readBounded } from './read-bounded.js';
import { AddressRefusal } from './refusal.js';
import { resolveAllowed } from './resolve-host.js';
import type { Resolvers } from './resolve-host.js';

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface FetchSettings {
  readonly hosts: readonly AllowedHost[];
  readonly resolvers: Resolvers;
  readonly maxImageBytes: number;
  readonly connectMs: number;
  /** Certificates to trust instead of the system's; tests have their own. */
  readonly ca?: string | undefined;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Ends the turn at the address's own host. */
  readonly endTurn: () => void;
  /** Waits for a turn at another host; what it gives ends it. */
  readonly turnAt: (url: URL) => Promise<() => void>;
  /** Told how many bytes of the image have come, before they are kept; may throw. */
  readonly onBytes: (bytes: number) => void;
}

/** Either the image or where it is said to be. */
type Step = { readonly image: Uint8Array } | { readonly next: AllowedAddress };

/**
 * The bytes behind an address. Each redirect is an address of its own: allowed, resolved and checked anew. The turn at a host is
 * over before one at the next is waited for, so that two hosts that lead to each other do not stop.
 * @throws AddressRefusal; what `turnAt` and `onBytes` throw; the signal's reason.
 */
export async function fetchImage(
  address: AllowedAddress,
  settings: FetchSettings,
  options: FetchOptions,
): Promise<Uint8Array> {
  let at = address;
  let { endTurn } = options;
  for (let redirects = 0; ; redirects++) {
    const step = await take(at, settings, options).finally(endTurn);
    if ('image' in step) return step.image;
    if (redirects === MAX_REDIRECTS) throw new AddressRefusal('redirect');
    at = step.next;
    endTurn = await options.turnAt(at.url);
  }
}

async function take(at: AllowedAddress, settings: FetchSettings, options: FetchOptions): Promise<Step> {
  const { signal, onBytes } = options;
  const addresses = await resolveAllowed(at, settings.resolvers, signal);
  let taken = 0;
  const count = (bytes: number) => {
    onBytes(bytes);
    taken += bytes;
  };
  return getOnce(at.url, addresses, { ...settings, signal, taken: () => taken }, async (answer) => {
    if (REDIRECTS.has(answer.statusCode)) return { next: redirectOf(at.url, answer, settings.hosts) };
    if (answer.statusCode !== 200) throw new AddressRefusal('status');
    return { image: await readBounded(answer, settings.maxImageBytes, count) };
  });
}

function redirectOf(from: URL, { headers }: Answer, hosts: readonly AllowedHost[]): AllowedAddress {
  const { location } = headers;
  if (typeof location !== 'string') throw new AddressRefusal('redirect');
  const next = parseAddress(location, hosts, from);
  if (from.protocol === 'https:' && next.url.protocol !== 'https:') throw new AddressRefusal('redirect');
  return next;
}
