import { get as getHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { createServer } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Config } from '../options/config.js';
import type { Finding } from './finding.js';

/** Longest wait for the answer of what is at the port. */
const WAIT_MS = 3000;

type Place = Pick<Config, 'host' | 'port' | 'tlsCert'>;

/** Whether the port can be listened on, or is this service's already. */
export async function checkPort(place: Place): Promise<Finding> {
  const { host, port } = place;
  const failure = await tryToListen(host, port);
  if (failure === undefined) return { state: 'ok', what: `PORT ${port} is free` };
  const { code, message } = failure;
  if (code !== 'EADDRINUSE') {
    return {
      state: 'problem',
      what: `PORT ${port} on HOST ${host}: ${message}`,
      advice: 'set HOST and PORT to an address of this machine',
    };
  }
  const model = await servedModel(place);
  return model === undefined
    ? { state: 'problem', what: `PORT ${port} is taken by another program`, advice: 'set PORT to a free one' }
    : { state: 'ok', what: `PORT ${port} is taken by this service, with ${model}` };
}

function tryToListen(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

/** What a service of this kind at the port says that it serves; nothing for anything else. */
async function servedModel({ host, port, tlsCert }: Place): Promise<string | undefined> {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  try {
    const response = await get(`${tlsCert === '' ? 'http' : 'https'}://${name}:${port}/meta`);
    const { handspring } = (await json(response)) as { handspring?: { model?: string | null } };
    return handspring && (handspring.model ?? 'a model it is still loading');
  } catch {
    return undefined;
  }
}

function get(url: string): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(WAIT_MS);
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? // The certificate is for the names that callers have, not for this one, and has a check of its own.
        getHttps(url, { signal, rejectUnauthorized: false }, resolve)
      : getHttp(url, { signal }, resolve);
    request.once('error', reject);
  });
}
