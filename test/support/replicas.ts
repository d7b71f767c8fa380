import { setTimeout as sleep } from 'node:timers/promises';
import { startModule } from '../../weaviate/module.js';
import type { ModuleProcess } from '../../weaviate/module.js';
import { freePorts } from '../../weaviate/ports.js';

/** Longest time to drain on a machine that does other things too. */
const DRAIN_MS = 60_000;

export interface Replica {
  readonly port: number;
  readonly url: string;
  /** Resolves once requests are being worked on. */
  busy(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Ends it as a rollout does; gives the exit code. */
  drain(): Promise<number | null>;
  /** Starts it again, at the same port. */
  restart(): Promise<void>;
}

export interface Replicas {
  readonly list: readonly Replica[];
  stop(): Promise<void>;
}

/** So many `handspring serve` processes of the starter model, ready. */
export async function startReplicas(count: number, flags: readonly string[] = []): Promise<Replicas> {
  const ports = await freePorts(count);
  const started = await Promise.all(ports.map((port) => startReplica(port, flags)));
  return {
    list: started,
    stop: async () => void (await Promise.all(started.map((replica) => replica.kill()))),
  };
}

async function startReplica(port: number, flags: readonly string[]): Promise<Replica> {
  const start = async (): Promise<ModuleProcess> => {
    const env = process.env;
    const replica = startModule({ host: '127.0.0.1', port, model: 'starter', flags, env });
    await replica.ready;
    return replica;
  };
  let current = await start();
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    url,
    busy: async () => {
      const admitted = /^handspring_items_admitted [1-9]/m;
      while (!admitted.test(await (await fetch(`${url}/metrics`)).text())) await sleep(10);
    },
    kill: () => current.child.stop('SIGKILL'),
    drain: async () => {
      await current.child.stop('SIGTERM', DRAIN_MS);
      return current.child.exited;
    },
    restart: async () => {
      current = await start();
    },
  };
}
