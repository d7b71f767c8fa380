import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

/** As many different TCP ports as asked for, free on the loopback address at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listenOn(0)));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return ports;
}

/** The first of `count` ports in a row that are all free at this moment. */
export async function freePortRun(count: number): Promise<number> {
  for (;;) {
    const first = await listenOn(0);
    const start = portOf(first);
    const rest = await Promise.allSettled(
      Array.from({ length: count - 1 }, (_, at) => listenOn(start + 1 + at)),
    );
    const held = rest.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    await Promise.all([first, ...held].map(close));
    if (held.length === count - 1) return start;
  }
}

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<unknown> {
  return new Promise((closed) => server.close(closed));
}
