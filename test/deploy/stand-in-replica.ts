import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandInReplica {
  readonly port: number;
  /** The length of each body that it has read whole. */
  readonly bodies: readonly number[];
  stop(): Promise<void>;
}

/**
 * A replica that reads a whole body and then breaks the connection, as one that is killed does, or answers with the
 * body's SHA-256 or with a status.
 */
export async function startStandIn(answer: 'break' | 'digest' | number): Promise<StandInReplica> {
  const bodies: number[] = [];
  const server = createServer((request, response) => {
    const hash = createHash('sha256');
    let length = 0;
    request.on('data', (chunk: Buffer) => ((length += chunk.length), hash.update(chunk)));
    request.on('end', () => {
      if (request.method === 'POST') bodies.push(length);
      if (request.method === 'GET') response.writeHead(204).end();
      else if (answer === 'break') request.socket.destroy();
      else if (answer === 'digest') response.end(hash.digest('hex'));
      else response.writeHead(answer).end('{"error":"no","code":"no"}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    bodies,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
