import { readWholeFile } from '../../core/regular-file.js';
import { readCertificate } from '../../serve/tls/watch-certificate.js';
import { parseKeysFile } from '../../serve/access/keys-file.js';
import type { Config } from '../options/config.js';
import type { Finding } from './finding.js';

/** Longest wait for one answer of what is nearby. */
const WAIT_MS = 3000;

/** The keys file, if there is one: whether it can be used as it is. */
export async function checkKeysFile({ keysFile }: Pick<Config, 'keysFile'>): Promise<Finding[]> {
  if (keysFile === '') return [];
  try {
    const { length } = parseKeysFile((await readWholeFile(keysFile)).toString('utf8'));
    return [{ state: 'ok', what: `KEYS_FILE: ${length} ${length === 1 ? 'key' : 'keys'}` }];
  } catch (error) {
    const what = `KEYS_FILE: ${(error as Error).message}`;
    return [
      {
        state: 'problem',
        what,
        advice: 'the service does not start with it; see "Operating it" for its form',
      },
    ];
  }
}

/** So early that a person can still see to it. */
const EXPIRES_SOON_MS = 14 * 24 * 3_600_000;

/** The certificate and its key, if there are any: whether they fit, and for how long. */
export async function checkCertificate({
  tlsCert,
  tlsKey,
}: Pick<Config, 'tlsCert' | 'tlsKey'>): Promise<Finding[]> {
  if (tlsCert === '' && tlsKey === '') return [];
  const advice = 'the service does not start with it; see "Operating it"';
  if (tlsCert === '' || tlsKey === '')
    return [{ state: 'problem', what: 'TLS_CERT, TLS_KEY: expected both, or neither, received one', advice }];
  try {
    const { names, validTo } = await readCertificate({ tlsCert, tlsKey });
    const what = `TLS_CERT: ${names}, until ${validTo.toISOString().slice(0, 10)}`;
    const left = validTo.getTime() - Date.now();
    if (left < 0)
      return [
        { state: 'problem', what: `${what}: expired`, advice: 'clients refuse it; put a new one there' },
      ];
    if (left < EXPIRES_SOON_MS)
      return [{ state: 'warning', what, advice: 'put a new one there; it is taken over without a restart' }];
    return [{ state: 'ok', what }];
  } catch (error) {
    return [{ state: 'problem', what: (error as Error).message, advice }];
  }
}

/** Whether traces would be taken, if they are on: an empty list of them is sent. */
export async function checkTraces({ otlpEndpoint }: Pick<Config, 'otlpEndpoint'>): Promise<Finding[]> {
  if (otlpEndpoint === '') return [];
  const at = `traces to ${otlpEndpoint}`;
  const advice =
    "give OTEL_EXPORTER_OTLP_ENDPOINT the collector's HTTP port (4318 by default), without /v1/traces";
  try {
    const { ok, status } = await fetch(`${otlpEndpoint}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"resourceSpans":[]}',
      signal: AbortSignal.timeout(WAIT_MS),
    });
    return [
      ok
        ? { state: 'ok', what: `${at} are taken` }
        : { state: 'warning', what: `${at}: answered ${status}`, advice },
    ];
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    return [{ state: 'warning', what: `${at}: ${reason}; they would be dropped`, advice }];
  }
}
