import type { RequestListener, Server } from 'node:http';
import type { Config } from '../options/config.js';
import { closeGracefully, listen } from '../../serve/server.js';
import type { ListenOptions } from '../../serve/server.js';
import type { GrpcListener, GrpcParts } from '../../serve/grpc/listen.js';
import type { ServedCertificate } from '../../serve/tls/watch-certificate.js';
import { toListenError } from './listen-failure.js';
import type { Metrics } from '../../serve/metrics.js';

/** The port of the service and, if there are any, those of its operators and for gRPC. */
export interface Listeners {
  readonly port: number;
  readonly opsPort: number | undefined;
  readonly grpcPort: number | undefined;
  /** Finishes what is under way; the operators' port is open for as long as that takes. */
  close(): Promise<void>;
  /** Cuts everything at once. */
  destroy(): void;
}

/** Enough for probes and whoever scrapes. */
const OPS_CONNECTIONS = 64;

/** What not every service has. */
export interface Further {
  readonly tls?: ServedCertificate | undefined;
  readonly grpc?: Omit<GrpcParts, 'host' | 'port' | 'tls'>;
}

/** @throws Error if an address is taken. */
export async function openListeners(
  app: RequestListener,
  operationsApp: RequestListener,
  config: Config,
  metrics: Metrics,
  { tls, grpc: grpcParts }: Further = {},
): Promise<Listeners> {
  const main = await listenOn('PORT', app, { ...config, metrics, tls });
  const open: Server[] = [main.server];
  let grpc: GrpcListener | undefined;
  const destroy = () => {
    open.forEach(cut);
    grpc?.destroy();
    tls?.close();
  };
  try {
    const operations =
      config.opsPort === 'off'
        ? undefined
        : await listenOn('OPS_PORT', operationsApp, {
            ...config,
            port: config.opsPort,
            maxConnections: Math.min(config.maxConnections, OPS_CONNECTIONS),
            metrics,
          });
    if (operations) open.push(operations.server);
    if (grpcParts && config.grpcPort !== 'off')
      grpc = await openGrpc({ ...grpcParts, tls, host: config.host, port: config.grpcPort });
    return {
      port: main.port,
      opsPort: operations?.port,
      grpcPort: grpc?.port,
      close: async () => {
        const grpcClosed = grpc?.close();
        await Promise.all([grpcClosed, closeGracefully(main.server)]);
        if (operations) await closeGracefully(operations.server);
        tls?.close();
      },
      destroy,
    };
  } catch (error) {
    destroy();
    throw error;
  }
}

async function listenOn(option: 'PORT' | 'OPS_PORT', app: RequestListener, options: ListenOptions) {
  try {
    return await listen(app, options);
  } catch (error) {
    throw toListenError(error as NodeJS.ErrnoException, { option, host: options.host, port: options.port });
  }
}

/** The library for it is loaded only where it is on. */
async function openGrpc(parts: GrpcParts): Promise<GrpcListener> {
  const { listenGrpc } = await import('../../serve/grpc/listen.js');
  try {
    return await listenGrpc(parts);
  } catch (error) {
    const { host, port } = parts;
    throw toListenError(error as NodeJS.ErrnoException, { option: 'GRPC_PORT', host, port });
  }
}

function cut(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/** Where a service that listens on `host` is reached from the same machine. */
export function toUrl(host: string, port: number, tls?: ServedCertificate): string {
  const scheme = tls ? 'https' : 'http';
  if (host === '0.0.0.0' || host === '::') return `${scheme}://localhost:${port}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
