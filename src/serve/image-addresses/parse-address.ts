import { findAllowedHost } from './allowed-hosts.js';
import type { AllowedHost } from './allowed-hosts.js';
import { AddressRefusal } from './refusal.js';

const MAX_CHARACTERS = 2048;

export interface AllowedAddress {
  readonly url: URL;
  readonly host: AllowedHost;
}

/**
 * An address as the URL standard reads it, if it may be asked at all: `0x7f.1` and `2130706433` are 127.0.0.1 from here on.
 * @param base What a redirect's address is relative to.
 * @throws AddressRefusal `no_address`, `not_allowed`.
 */
export function parseAddress(text: string, hosts: readonly AllowedHost[], base?: URL): AllowedAddress {
  if (text.length > MAX_CHARACTERS || !URL.canParse(text, base)) throw new AddressRefusal('no_address');
  const url = new URL(text, base);
  if (url.username !== '' || url.password !== '' || url.href.length > MAX_CHARACTERS)
    throw new AddressRefusal('no_address');
  url.hash = '';
  url.hostname = url.hostname.replace(/\.$/, ''); // the same host, and a name that a certificate can have
  const host = findAllowedHost(url, hosts);
  if (!host) throw new AddressRefusal('not_allowed');
  return { url, host };
}

/** An address for the log: no query, which may hold a signature, and nothing of what is no web address. */
export function withoutQuery(text: string): string {
  if (text.length > MAX_CHARACTERS || !/^\s*https?:/i.test(text) || !URL.canParse(text))
    return 'no web address';
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`.slice(0, 300);
}
