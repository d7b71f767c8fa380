import type { Logger } from 'pino';
import { watchCertificate } from '../../serve/tls/watch-certificate.js';
import type { ServedCertificate } from '../../serve/tls/watch-certificate.js';
import type { Config } from '../options/config.js';

/**
 * The certificate of the options; nothing where they name none.
 * @throws Error that names what cannot be used.
 */
export async function openTls(
  { tlsCert, tlsKey }: Pick<Config, 'tlsCert' | 'tlsKey'>,
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
): Promise<ServedCertificate | undefined> {
  if (tlsCert === '' && tlsKey === '') return undefined;
  if (tlsCert === '' || tlsKey === '')
    throw new Error('TLS_CERT, TLS_KEY: expected both, or neither, received one');
  const served = await watchCertificate(
    { tlsCert, tlsKey },
    {
      onReload: ({ validTo }) => log.info({ validTo }, 'TLS_CERT has changed: new connections have it'),
      onFailure: (error) =>
        log.error({ err: error }, 'TLS_CERT or TLS_KEY has changed and cannot be used: what was there stays'),
    },
  );
  const { validTo } = served.current;
  if (validTo.getTime() < Date.now()) log.warn({ validTo }, 'the certificate of TLS_CERT has expired');
  return served;
}
