import { Agent, EnvHttpProxyAgent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { TransientError } from '../../core/retry.js';
import { ModelSourceError } from '../source-error.js';

export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  /** Hosts reached directly, comma-separated. */
  readonly noProxy?: string;
}

export interface RequestSettings {
  /** Sent to the hub's own origin only, never to a host it redirects to. */
  readonly token?: string;
  readonly proxy?: ProxySettings;
  /** How long no byte may come before the connection counts as dead, in milliseconds. */
  readonly stallMs: number;
}

export interface HubAnswer {
  readonly status: number;
  /** Headers of the last answer. */
  readonly headers: ReadonlyMap<string, string>;
  /** Headers of the answers of the hub itself, without those of the hosts it redirects to; the first of a name wins. */
  readonly hubHeaders: ReadonlyMap<string, string>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** The connections of one pull: direct, or through the proxy that the settings name for each address. */
export function createDispatcher(settings: RequestSettings): Dispatcher {
  const timeouts = {
    headersTimeout: settings.stallMs,
    bodyTimeout: settings.stallMs,
    connect: { timeout: settings.stallMs },
  };
  const { httpProxy, httpsProxy, noProxy } = settings.proxy ?? {};
  if (httpProxy === undefined && httpsProxy === undefined) return new Agent(timeouts);
  return new EnvHttpProxyAgent({
    ...timeouts,
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    noProxy: noProxy ?? '',
  });
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 8;

/**
 * The answer to a GET after all redirects, relative or absolute. The caller reads or dumps its body.
 *
 * @throws TransientError when the connection breaks or stalls
 * @throws ModelSourceError `network` on a redirect that leads from https to http, or nowhere
 */
export async function getFollowing(
  url: URL,
  headers: Readonly<Record<string, string>>,
  settings: RequestSettings,
  dispatcher: Dispatcher,
): Promise<HubAnswer> {
  const hubHeaders = new Map<string, string>();
  let current = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const atHub = current.origin === url.origin;
    const authorization =
      atHub && settings.token !== undefined ? { authorization: `Bearer ${settings.token}` } : {};
    const response = await send(current, { ...headers, ...authorization }, dispatcher);
    const received = toMap(response.headers);
    if (atHub) for (const [name, value] of received) if (!hubHeaders.has(name)) hubHeaders.set(name, value);
    if (!REDIRECTS.has(response.statusCode)) {
      return { status: response.statusCode, headers: received, hubHeaders, body: response.body };
    }
    await response.body.dump();
    current = nextAddress(current, received.get('location'));
  }
  throw new ModelSourceError(
    'network',
    `${url.host}: expected at most ${MAX_REDIRECTS} redirects, received more`,
  );
}

async function send(
  url: URL,
  headers: Record<string, string>,
  dispatcher: Dispatcher,
): Promise<Dispatcher.ResponseData> {
  try {
    const response = await request(url, { headers: { 'user-agent': 'handspring', ...headers }, dispatcher });
    // A connection may break before anyone reads the body: the reader meets the error then, not the process now.
    response.body.on('error', () => {});
    return response;
  } catch (error) {
    throw toTransient(error, url.host);
  }
}

/** A broken connection as the error that is tried again; its message names the host and the cause. */
export function toTransient(error: unknown, host: string): TransientError {
  const { code, message } = error as { code?: string; message?: string };
  const stalled = code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT';
  const reason = stalled ? 'no byte came in time' : (message ?? String(error));
  return new TransientError(`${host}: ${reason}`, { cause: error });
}

function nextAddress(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new ModelSourceError(
      'network',
      `${from.host}: expected a redirect with a Location, received one without`,
    );
  }
  const next = new URL(location, from);
  if (next.protocol !== 'https:' && next.protocol !== from.protocol) {
    throw new ModelSourceError(
      'network',
      `${from.host}: expected a redirect to https, received one to ${next.protocol}`,
    );
  }
  return next;
}

function toMap(headers: Record<string, string | string[] | undefined>): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value[0]! : value);
  }
  return map;
}
