import { isIP } from 'node:net';
import { HandspringError } from '../../core/errors.js';
import { isPublicAddress, isReachableAddress } from './public-address.js';

/** One entry of IMAGE_URLS: where images may be fetched from. */
export interface AllowedHost {
  readonly protocol: string;
  /** A host; or what hosts end with, from a dot on; or `''` for every host. */
  readonly host: string;
  /** `''` for the protocol's own. */
  readonly port: string;
  /** Whether its addresses may be those of a private network or of this machine. */
  readonly mayBePrivate: boolean;
}

const EXPECTED =
  'off, or hosts with commas between: images.example.org, .example.org for all below it, http://images.example.org without TLS, ' +
  'private:http://minio:9000 for one in a private network, the word public for every public host';

/** An entry is an origin, so another port, or http, is another entry. */
const ENTRY = /^(?<mark>private:)?(?:(?<scheme>https?):\/\/)?(?<dot>\.?)(?<authority>[^\s/?#@\\*]+)$/i;

/**
 * The hosts of a list such as `images.example.org, .cdn.example.org, private:http://minio:9000`; `off` and nothing are none.
 * @throws HandspringError whose message is what was expected.
 */
export function parseAllowedHosts(list: string): readonly AllowedHost[] {
  if (/^(off)?$/i.test(list.trim())) return [];
  const entries = list.split(',').map((entry) => entry.trim());
  const given = entries.filter((entry) => entry !== '');
  return given.length > 0 ? given.map(parseEntry) : expected(EXPECTED);
}

function parseEntry(entry: string): AllowedHost {
  if (/^public$/i.test(entry)) return { protocol: 'https:', host: '', port: '', mayBePrivate: false };
  const { mark, scheme = 'https', dot = '', authority = '' } = ENTRY.exec(entry)?.groups ?? {};
  const address = `${scheme}://${authority}`;
  if (authority === '' || !URL.canParse(address)) return expected(`${EXPECTED}; received ${entry}`);
  const { hostname, port, protocol } = new URL(address);
  const host = bareHost(hostname);
  const mayBePrivate = mark !== undefined;
  if (dot !== '' && (mayBePrivate || isIP(host)))
    return expected(
      `a whole host where ${entry} has a dot before it: private hosts and IP addresses are named one by one`,
    );
  if (isIP(host) && !mayBePrivate && !isPublicAddress(host))
    return expected(`private:${entry}, as ${host} is no public address`);
  if (isIP(host) && !isReachableAddress(host))
    return expected(`an address of a host where ${entry} is link-local, multicast or reserved`);
  return { protocol, host: dot + host, port, mayBePrivate };
}

/** The entry that allows an address, the most exact one first. */
export function findAllowedHost(url: URL, hosts: readonly AllowedHost[]): AllowedHost | undefined {
  const host = bareHost(url.hostname);
  const fitting = hosts.filter(({ protocol, port }) => protocol === url.protocol && port === url.port);
  return (
    fitting.find((allowed) => allowed.host === host) ??
    fitting.find((allowed) => allowed.host.startsWith('.') && host.endsWith(allowed.host)) ??
    fitting.find((allowed) => allowed.host === '')
  );
}

/** A host as a resolver wants it: without the brackets of IPv6, and without the dot that ends a whole name. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function expected(what: string): never {
  throw new HandspringError('invalid_request', what);
}
