import { expect } from 'chai';
import { Pool } from 'undici';
import { norm } from '../../src/core/vectors.js';
import { AS_DEPLOYED } from '../support/as-deployed.js';
import { metricIn } from '../support/metric.js';
import { fixtureFolder } from '../support/model-fixture.js';
import { readProcessFacts } from '../support/process-facts.js';
import type { ProcessFacts } from '../support/process-facts.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { EMBEDDINGS } from './bodies.js';
import type { FuzzBody } from './bodies.js';
import type { MemoryLook } from './memory.js';

/** Requests under way at once. */
const AT_ONCE = 16;
/** Longest wait for one answer; a hang is one that is longer. */
const HANG_MS = 60_000;
/** Growth after the warm-up that is no leak: connections that are just being opened. */
const GROWTH_OF_COUNTS = 8;

/** A body, and what was done to make it. */
export interface FuzzRequest extends FuzzBody {
  readonly how: string;
}

export interface FuzzedService extends ServiceProcess {
  /** Sends bodies, `AT_ONCE` at a time, and counts the answers by status. What is wrong with one is kept in `problems`. */
  send(count: number, next: () => FuzzRequest): Promise<void>;
  readonly statuses: Map<number, number>;
  readonly problems: string[];
  /** Requests whose connection was cut before an answer. */
  resets(): number;
  /** Sends nothing more, and tells whether the process is as it was before. */
  expectHealthy(before: ProcessFacts | undefined): Promise<void>;
  facts(): Promise<ProcessFacts | undefined>;
  /** `undefined` where the system does not tell. */
  memory(): Promise<MemoryLook | undefined>;
}

/** What is served: by default a tiny model of images and texts. */
export interface FuzzedModel {
  readonly args: readonly string[];
  readonly modalities: readonly string[];
}

const TINY: FuzzedModel = {
  args: ['--model', fixtureFolder('clip'), '--max-image-pixels', '100000000'],
  modalities: ['image', 'text'],
};

export async function startFuzzedService({ args, modalities }: FuzzedModel = TINY): Promise<FuzzedService> {
  const service = await startServiceProcess(args, AS_DEPLOYED);
  const pool = new Pool(service.url, {
    connections: AT_ONCE,
    headersTimeout: HANG_MS,
    bodyTimeout: HANG_MS,
  });
  const statuses = new Map<number, number>();
  const problems: string[] = [];
  let resets = 0;

  async function sendOne({ bytes, headers, how, path = '/vectorize' }: FuzzRequest): Promise<void> {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: bytes,
    });
    const problem = wrongAnswer(path, statusCode, await body.text());
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    if (problem !== undefined) problems.push(`${how}: ${statusCode} ${problem} (${bytes.length} bytes)`);
  }

  const expectRunning = () => {
    const ended = service.child.exitCode ?? service.child.signalCode;
    if (ended !== null)
      throw new Error(`ended with ${ended}:\n${JSON.stringify(service.log.slice(-20), null, 1)}`);
  };
  const facts = () => {
    expectRunning();
    return readProcessFacts(service.child.pid ?? NaN);
  };
  return {
    ...service,
    stop: async () => {
      await pool.destroy();
      await service.stop();
    },
    statuses,
    problems,
    resets: () => resets,
    facts: async () => facts(),
    memory: async () => {
      const seen = await facts();
      if (!seen) return undefined;
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      const heap = (what: string) => metricIn(metrics, `nodejs_heap_size_${what}_bytes`);
      return { native: seen.memoryBytes - heap('total'), heapUsed: heap('used') };
    },
    send: async (count, next) => {
      let left = count;
      const sendInTurn = async () => {
        while (left-- > 0) {
          const request = next();
          // A server that refuses a body before it has read it may close: the next request opens a new connection.
          await sendOne(request).catch((error: NodeJS.ErrnoException) => {
            if (/ECONNRESET|EPIPE|UND_ERR_SOCKET/.test(error.code ?? '')) resets++;
            else problems.push(`${request.how}: ${error.message}`);
          });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, sendInTurn));
    },
    expectHealthy: async (before) => {
      expectRunning();
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(metrics).to.match(/^handspring_items_admitted 0$/m);
      for (const modality of modalities)
        expect(metrics).to.include(`handspring_encoder_restarts_total{modality="${modality}"} 0`);
      expect(service.log.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
      const after = await facts();
      if (!before || !after) return;
      expect(after.descriptors - before.descriptors).to.be.at.most(GROWTH_OF_COUNTS);
      expect(after.threads - before.threads).to.be.at.most(GROWTH_OF_COUNTS);
    },
  };
}

/** Statuses that a strange request may have, 429 where many of hundreds of items meet; each other one is a bug. */
const ALLOWED = new Set([200, 400, 413, 422, 429]);
/** Those of a path that names its model, too. */
const ALLOWED_EMBEDDINGS = new Set([...ALLOWED, 404]);

function wrongAnswer(path: string, status: number, text: string): string | undefined {
  const allowed = path === EMBEDDINGS ? ALLOWED_EMBEDDINGS : ALLOWED;
  if (!allowed.has(status)) return text.slice(0, 300);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return `no JSON: ${text.slice(0, 100)}`;
  }
  if (path === EMBEDDINGS) return wrongEmbeddings(status, answer);
  const {
    error,
    code,
    textVectors,
    imageVectors,
    audioVectors = [],
    videoVectors = [],
  } = answer as Record<string, unknown>;
  if (status !== 200)
    return typeof error === 'string' && typeof code === 'string' ? undefined : 'no error text';
  if (!Array.isArray(textVectors) || !Array.isArray(imageVectors)) return 'no vectors';
  const vectors = (textVectors as unknown[]).concat(imageVectors, audioVectors, videoVectors);
  const finite = vectors.every((vector) => Array.isArray(vector) && vector.every(Number.isFinite));
  return finite ? undefined : 'numbers that are not finite';
}

function wrongEmbeddings(status: number, answer: unknown): string | undefined {
  const { error, data } = answer as { error?: Record<string, unknown>; data?: { embedding: unknown }[] };
  if (status !== 200)
    return typeof error?.['message'] === 'string' && typeof error['code'] === 'string'
      ? undefined
      : 'no error object';
  const numbersOf = (embedding: unknown) =>
    typeof embedding === 'string' ? floatsOf(embedding) : (embedding as number[]);
  const isUnit = (numbers: ArrayLike<number>) => Math.abs(norm(numbers) - 1) < 1e-4;
  return data?.every(({ embedding }) => isUnit(numbersOf(embedding)))
    ? undefined
    : 'vectors that have not length 1';
}

function floatsOf(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}
