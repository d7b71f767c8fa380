import { Pool } from 'undici';
import type { Body } from './bodies.js';

/** Longer than a video of a large model takes on a busy machine, and than `DEADLINE` is set to. */
const LONGEST_MS = 15 * 60_000;

/** More connections than any load of the benchmark has requests at once, arrivals in an open loop aside. */
const CONNECTIONS = 256;

export interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** A caller of one server, over kept connections as Weaviate has them. */
export class Client {
  readonly #pool: Pool;

  constructor(readonly url: string) {
    this.#pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1, headersTimeout: LONGEST_MS });
  }

  /** The answer to a request of the contract, whatever its status. */
  async post(body: Body): Promise<Answer> {
    const { statusCode, body: answer } = await this.#pool.request({
      method: 'POST',
      path: '/vectorize',
      headers: { 'content-type': 'application/json' },
      body: body.bytes,
    });
    return { status: statusCode, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** @throws Error with the server's own words if it does not answer 200. */
  async send(body: Body): Promise<void> {
    const { status, bytes } = await this.post(body);
    if (status !== 200)
      throw new Error(`expected 200, received ${status}: ${bytes.toString().slice(0, 300)}`);
  }

  /** Whether the server says that it is ready; not where nobody listens yet. */
  async isReady(): Promise<boolean> {
    const path = '/.well-known/ready';
    const answer = await this.#pool.request({ method: 'GET', path }).catch(() => undefined);
    await answer?.body.dump();
    return answer !== undefined && answer.statusCode < 300;
  }

  async get(path: string): Promise<string> {
    const { body } = await this.#pool.request({ method: 'GET', path });
    return body.text();
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
