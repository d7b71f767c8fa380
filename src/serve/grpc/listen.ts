import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { Access } from '../limits/count-items.js';
import type { BodyRoom } from '../body/body-room.js';
import { Connections } from '../limits/connections.js';
import type { Metrics } from '../metrics.js';
import type { Lifecycle } from '../operations.js';
import type { ServedCertificate } from '../tls/watch-certificate.js';
import type { Tracing } from '../tracing/open-tracing.js';
import { CALLS_OF_CONNECTION } from './bounds.js';
import type { EmbeddingsLimits, EmbeddingsParts } from './embeddings.js';
import { embeddingsService } from './embeddings.js';
import { guardCalls } from './guard-calls.js';
import { healthService } from './health.js';
import { OpenCalls } from './open-calls.js';
import type { OpenCallLimits } from './open-calls.js';
import { reflectionService } from './reflection.js';
import { serviceDefinition } from './schema.js';
import { teiEmbedService, teiInfoService } from './tei.js';
import { tensorService, tensorServiceDefinition } from './tensors.js';

export interface GrpcLimits extends EmbeddingsLimits, OpenCallLimits {
  readonly maxPendingItems: number;
  /** Until a connection without calls is closed; to be opened again by whoever needs it. */
  readonly headersTimeoutMs: number;
}

export interface GrpcParts extends Omit<EmbeddingsParts, 'limits'> {
  readonly host: string;
  readonly port: number;
  readonly limits: GrpcLimits;
  readonly lifecycle: Lifecycle;
  readonly bodyRoom: BodyRoom;
  readonly access?: Access | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tracing?: Pick<Tracing, 'record'> | undefined;
  /** Absent where it answers without TLS. */
  readonly tls?: ServedCertificate | undefined;
}

export interface GrpcListener {
  readonly port: number;
  /** Takes no more calls; resolves when those under way are answered. */
  close(): Promise<void>;
  /** Cuts everything at once. */
  destroy(): void;
}

/** A balancer of connections gets to place a long-lived client anew; what is under way then is finished first. */
const CONNECTION_AGE_MS = 15 * 60_000;
const BACKLOG = 4096;
/** How much longer a connection has that was told to end for want of calls and does not, before it is cut. */
const LAST_IDLE_SHARE = 1.25;
/** For callers to hear that the service is stopping, before their connections are closed. */
const LINGER_MS = 500;

/** The services in the order in which health tells of them, with their labels in metrics. */
export const GRPC_ROUTES: ReadonlyMap<string, string> = new Map([
  ['handspring.v1.Embeddings', 'grpc'],
  ['embeddings_proto.Embeddings', 'grpc_tensors'],
  ['tei.v1.Embed', 'grpc_tei'],
  ['tei.v1.Info', 'grpc_tei'],
  ['grpc.health.v1.Health', 'operations'],
  ['grpc.reflection.v1.ServerReflection', 'operations'],
  ['grpc.reflection.v1alpha.ServerReflection', 'operations'],
]);

/** gRPC on a port of its own. Resolves once connections are accepted. */
export async function listenGrpc(parts: GrpcParts): Promise<GrpcListener> {
  const { host, port, limits, metrics } = parts;
  const calls = new OpenCalls(limits, metrics);
  const grpc = createGrpcServer(parts, calls);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Map<Socket, number>();
  const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress}:${remotePort}`;
  const isBusy = (socket: Socket) => calls.isBusy(peerOf(socket));
  const connections = new Connections(limits.maxConnections, { isBusy }, metrics, (socket) =>
    socket.destroy(),
  );
  const server = openServer(parts);
  const opened = parts.tls ? 'secureConnection' : 'connection';
  connections.watch(server, opened); // first, so that what it refuses is known
  server.on(opened, (socket: Socket) => {
    if (connections.isRefused(socket)) return;
    sockets.set(socket, performance.now());
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    injector.injectConnection(socket);
  });
  const longestIdleMs = limits.headersTimeoutMs * LAST_IDLE_SHARE;
  const cutIdle = setInterval(() => {
    const now = performance.now();
    for (const [socket, busyAt] of sockets)
      if (calls.hasCalls(peerOf(socket))) sockets.set(socket, now);
      else if (now - busyAt >= longestIdleMs) socket.destroy();
  }, longestIdleMs / 4).unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      server.on('error', () => metrics.connectionsRefused.inc({ reason: 'limit' }));
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      await sleep(LINGER_MS);
      server.close();
      calls.stop();
      await new Promise<void>((resolve) => grpc.tryShutdown(() => resolve()));
      clearInterval(cutIdle);
      for (const socket of sockets.keys()) socket.destroy();
    },
    destroy: () => {
      clearInterval(cutIdle);
      server.close();
      grpc.forceShutdown();
      for (const socket of sockets.keys()) socket.destroy();
    },
  };
}

function openServer({ tls, limits }: Pick<GrpcParts, 'tls' | 'limits'>): Server {
  if (!tls) return createServer();
  const { cert, key } = tls.current;
  const handshakeTimeout = limits.headersTimeoutMs;
  const server = createTlsServer({ cert, key, handshakeTimeout, ALPNProtocols: ['h2'] });
  tls.follow(server);
  return server;
}

function createGrpcServer(parts: GrpcParts, calls: OpenCalls): GrpcServer {
  const { limits } = parts;
  const server = new GrpcServer({
    // Held to by `Messages`, which names the option.
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': CALLS_OF_CONNECTION,
    'grpc.max_connection_age_ms': CONNECTION_AGE_MS,
    'grpc.max_connection_idle_ms': limits.headersTimeoutMs,
    'grpc.enable_channelz': 0,
    interceptors: [guardCalls({ ...parts, calls, maxBodyBytes: limits.maxBodyBytes, routes: GRPC_ROUTES })],
  });
  const most = limits.maxItems + limits.maxTexts;
  const bounds = [{ type: 'handspring.v1.EmbedRequest', field: 1, most }];
  server.addService(serviceDefinition('handspring.v1.Embeddings', bounds), embeddingsService(parts));
  server.addService(tensorServiceDefinition(), tensorService(parts));
  server.addService(serviceDefinition('tei.v1.Embed'), teiEmbedService(parts));
  server.addService(serviceDefinition('tei.v1.Info'), teiInfoService(parts));
  const services = [...GRPC_ROUTES.keys()];
  server.addService(serviceDefinition('grpc.health.v1.Health'), healthService({ ...parts, services }));
  for (const version of ['v1', 'v1alpha'])
    server.addService(
      serviceDefinition(`grpc.reflection.${version}.ServerReflection`),
      reflectionService(services),
    );
  return server;
}
