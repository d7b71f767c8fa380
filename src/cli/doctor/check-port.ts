import { createServer } from 'node:net';
import type { Server } from 'node:net';
import type { ListenTarget } from '../commands/listen-failure.js';
import type { Config } from '../options/config.js';
import type { Finding } from './finding.js';
import { servedAt, servesGrpcAt } from './known-at-port.js';

interface Place extends ListenTarget {
  /** What a service of this kind that has the port already is told by; nothing for anything else. */
  readonly known: () => Promise<string | undefined>;
}

/**
 * Whether each port of the service can be listened on, or is this service's already. As the service does, it takes all of
 * them together, so that two options with one port are found.
 */
export async function checkPorts(
  config: Pick<Config, 'host' | 'port' | 'opsPort' | 'grpcPort' | 'tlsCert'>,
): Promise<Finding[]> {
  const { host, port, opsPort, grpcPort, tlsCert } = config;
  const isTls = tlsCert !== '';
  const places: Place[] = [{ option: 'PORT', host, port, known: () => servedAt(host, port, isTls) }];
  if (opsPort !== 'off')
    places.push({ option: 'OPS_PORT', host, port: opsPort, known: () => servedAt(host, opsPort, false) });
  if (grpcPort !== 'off')
    places.push({
      ...{ option: 'GRPC_PORT', host, port: grpcPort },
      known: () => servesGrpcAt(host, grpcPort, isTls),
    });
  const held = new Map<Place, Server>();
  const findings: Finding[] = [];
  try {
    for (const place of places) findings.push(await check(place, held));
    return findings;
  } finally {
    for (const server of held.values()) await new Promise((resolve) => server.close(resolve));
  }
}

/** @param held What was taken before, to which a port that is free is added. */
async function check(place: Place, held: Map<Place, Server>): Promise<Finding> {
  const { option, host, port, known } = place;
  const at = `${option} ${port}`;
  const taken = await tryToListen(place);
  if ('server' in taken) {
    held.set(place, taken.server);
    return { state: 'ok', what: `${at} is free` };
  }
  const { code, message } = taken.failure;
  if (code !== 'EADDRINUSE')
    return { state: 'problem', what: `${at} on HOST ${host}: ${message}`, advice: adviceFor(code, option) };
  const own = [...held.keys()].find((other) => other.port === port);
  if (own)
    return {
      ...{ state: 'problem', what: `${at} is the port of ${own.option}, too` },
      advice: `set ${option} to one of its own`,
    };
  const service = await known();
  return service === undefined
    ? { state: 'problem', what: `${at} is taken by another program`, advice: `set ${option} to a free one` }
    : { state: 'ok', what: `${at} is taken by this service${service}` };
}

function adviceFor(code: string | undefined, option: string): string {
  return code === 'EACCES'
    ? `set ${option} to one from 1024 on, which every user may listen on`
    : `set HOST and ${option} to an address of this machine`;
}

function tryToListen({
  host,
  port,
}: ListenTarget): Promise<{ readonly server: Server } | { readonly failure: NodeJS.ErrnoException }> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (failure) => resolve({ failure }));
    server.listen({ host, port }, () => resolve({ server }));
  });
}
