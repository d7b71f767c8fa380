import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../weaviate/ports.js';
import { Client } from '../load/client.js';
import { ServerProcess } from './server-process.js';
import type { Server } from './server.js';

/** How to start a server of the contract. */
export interface ContractServer {
  readonly name: string;
  /** The command that serves on that port of the loopback address. */
  readonly command: (port: number) => readonly string[];
  /** Variables of its environment beside the path. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Between two questions whether a server is ready: what its start is measured to, and little work beside it. */
const ASK_AGAIN_MS = 20;

/**
 * A server of the contract in a fresh process, ready when `GET /.well-known/ready` says so, whoever wrote it.
 * @throws Error with what it printed if it ends before it is ready.
 */
export async function startContractServer({ name, command, env }: ContractServer): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const server = new ServerProcess(name, command(port), env);
  const client = new Client(`http://127.0.0.1:${port}`);
  const waiting = new AbortController();
  const stop = async () => {
    waiting.abort();
    await client.close();
    await server.stop();
  };
  try {
    const { readyMs } = await server.ready(untilReady(client, waiting.signal));
    return { client, readyMs, memory: () => server.memory(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(client: Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await client.isReady())) await sleep(ASK_AGAIN_MS);
}
