import os from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/**
 * Says where the search page is: on every address of a service that listens on all of them, for a phone in the same
 * network. Then it also says who may come.
 */
export function announcePage(
  { url, port }: { readonly url: string; readonly port: number },
  config: Pick<Config, 'host' | 'allowedTokens' | 'keysFile'>,
  log: Pick<Logger, 'info' | 'warn'>,
  interfaces: Interfaces = os.networkInterfaces(),
): void {
  log.info(`search page: ${url}`);
  const addresses = toOtherAddresses(config.host, interfaces);
  for (const address of addresses) log.info(`search page: http://${address}:${port}`);
  const isOpen = config.allowedTokens.length === 0 && config.keysFile === '';
  if (addresses.length > 0 && isOpen)
    log.warn(
      'the search page is open: whoever reaches one of these addresses sees all photos. AUTHENTICATION_ALLOWED_TOKENS makes it ask for a token',
    );
}

/** The addresses under which other machines reach a service that listens on `host`; link-local ones need more than that. */
export function toOtherAddresses(host: string, interfaces: Interfaces): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [];
  return Object.values(interfaces)
    .flatMap((addresses = []) => addresses)
    .filter(({ internal, family, address }) => {
      if (internal || address.startsWith('fe80:')) return false;
      return family === 'IPv4' || host === '::';
    })
    .map(({ family, address }) => (family === 'IPv6' ? `[${address}]` : address));
}
