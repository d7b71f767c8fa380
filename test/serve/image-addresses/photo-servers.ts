import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { HandspringError } from '../../../src/core/errors.js';
import { ROOT } from '../../../src/core/own-module.js';
import { BodyRoom } from '../../../src/serve/body/body-room.js';
import { parseAllowedHosts } from '../../../src/serve/image-addresses/allowed-hosts.js';
import { ImageAddresses } from '../../../src/serve/image-addresses/image-addresses.js';
import type { ImageAddressOptions } from '../../../src/serve/image-addresses/image-addresses.js';
import { createMetrics } from '../../../src/serve/metrics.js';

const pem = (name: string) => readFileSync(new URL(`test/fixtures/tls/${name}.pem`, ROOT), 'utf8');
export const CERTIFICATE = pem('certificate');

export interface PhotoServer {
  readonly port: number;
  /** The `Host` and path of each request, as in `photos.test:80/a.jpg`. */
  readonly asked: string[];
  /** Connections, those without a request too. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** A server on loopback that answers as told. */
export async function startPhotos(
  listener: RequestListener,
  { tls = false, host = '127.0.0.1', port = 0 } = {},
): Promise<PhotoServer> {
  const asked: string[] = [];
  let connections = 0;
  const answer: RequestListener = (request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    listener(request, response);
  };
  const server: Server = tls
    ? createTlsServer({ cert: CERTIFICATE, key: pem('key') }, answer)
    : createServer(answer);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    connections: () => connections,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export interface Asking extends Partial<Omit<ImageAddressOptions, 'hosts'>> {
  /** IMAGE_URLS. */
  readonly hosts: string;
  /** What a name resolves to: each time the next list, and the last one from then on. */
  readonly names?: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly room?: BodyRoom;
}

/** Addresses by the rules given, with a resolver that knows these names alone, and what was logged, counted and resolved. */
export function openAddresses({ hosts, names = {}, room = new BodyRoom(1e6), ...options }: Asking) {
  const metrics = createMetrics();
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'info' },
    { write: (line) => void lines.push(JSON.parse(line) as object as never) },
  );
  const resolved: string[] = [];
  const resolve = (host: string) => {
    const turn = resolved.filter((name) => name === host).length;
    resolved.push(host);
    const lists = names[host] ?? [];
    return Promise.resolve(lists[turn] ?? lists.at(-1) ?? []);
  };
  const addresses = new ImageAddresses({
    hosts: parseAllowedHosts(hosts),
    maxImageBytes: 100_000,
    maxWaiting: 100,
    log,
    metrics,
    ca: CERTIFICATE,
    resolvers: { public: resolve, private: resolve },
    ...options,
  });
  const request = (id = 'anyone') =>
    addresses.ofRequest({ requestId: 'r-1', id, hold: () => room.enter(id, 0) });
  return {
    lines,
    resolved,
    room,
    request,
    count: async (outcome: string) =>
      (await metrics.imageAddresses.get()).values.find(({ labels }) => labels.outcome === outcome)?.value,
    /** The bytes behind an address, let go of at once. @throws HandspringError */
    async load(address: string, signal = new AbortController().signal): Promise<Buffer> {
      const { content, release } = await request()(address).load({ signal, urgent: false });
      release();
      return Buffer.from(content);
    },
  };
}

/** The words for the caller, and those for the log. */
export async function refusalOf(opened: ReturnType<typeof openAddresses>, address: string) {
  try {
    await opened.load(address);
  } catch (error) {
    if (!(error instanceof HandspringError)) throw error;
    return { told: error.message, code: error.code, logged: opened.lines.at(-1)?.['reason'] };
  }
  return { told: 'nothing', code: undefined, logged: undefined };
}

/** Servers that end with each test, and one for `photos.test` with rules that allow it, at this machine. */
export function usePhotoServers() {
  const servers: PhotoServer[] = [];
  const start = async (...args: Parameters<typeof startPhotos>) => {
    const server = await startPhotos(...args);
    servers.push(server);
    return server;
  };
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

  /** A server for `photos.test` and rules that allow it, at this machine. */
  async function photosAt(listener: RequestListener, asking: Partial<Asking> = {}, tls = false) {
    const server = await start(listener, { tls });
    const address = `${tls ? 'https' : 'http'}://photos.test:${server.port}`;
    const opened = openAddresses({
      hosts: `private:${address}`,
      names: { 'photos.test': [['127.0.0.1']] },
      ...asking,
    });
    return { server, opened, address };
  }

  return { start, photosAt };
}
