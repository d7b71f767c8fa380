import { pino } from 'pino';
import { isPending, isPrepared } from '../../src/core/embedder.js';
import type { Content, Embedder, Item } from '../../src/core/embedder.js';
import { createApp } from '../../src/serve/app.js';
import type { ServedModel } from '../../src/serve/contracts/contract.js';
import type { AppParts } from '../../src/serve/app.js';
import { closeGracefully, listen } from '../../src/serve/server.js';
import type { ConnectionLimits } from '../../src/serve/server.js';
import { embedResult } from './items.js';
import { createMetrics } from '../../src/serve/metrics.js';

/** A vector that tells its input: the lengths and first codes of what was embedded. */
function fakeVector(content: Content): Float32Array {
  const item = isPrepared(content) ? content.values : content;
  const first = typeof item === 'string' ? (item.codePointAt(0) ?? 0) : (item[0] ?? 0);
  return Float32Array.of(item.length, first, 0.1);
}

/** A token a character. */
function tokensOf(items: readonly Item[]): number {
  return items.reduce((sum, { content }) => sum + (typeof content === 'string' ? content.length : 0), 0);
}

export const FAKE_MODEL: ServedModel = {
  name: 'fake',
  modalities: ['image', 'text'],
  dimensions: 3,
  normalized: false,
  contextLength: 77,
  takesLongTexts: true,
  matryoshkaDimensions: [2],
  aliases: [],
};

export const fakeEmbedder: Embedder = {
  embed: async (items, { signal = new AbortController().signal } = {}) => {
    const contents = await Promise.all(
      items.map(async ({ content }) => {
        if (!isPending(content)) return content;
        const loaded = await content.load({ signal, urgent: false });
        loaded.release();
        return loaded.content;
      }),
    );
    return embedResult(contents.map(fakeVector), {
      tokens: tokensOf(items),
      timings: { prepareMs: 1, queueMs: 2, encodeMs: 3 },
    });
  },
};

export interface TestApp {
  readonly url: string;
  readonly metrics: AppParts['metrics'];
  /** Stops as at a signal; resolves when every connection is closed. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** The whole HTTP edge on a free loopback port, around a fake embedder unless told otherwise. */
export async function startTestApp(
  parts: Partial<AppParts> = {},
  connections: Partial<ConnectionLimits> = {},
): Promise<TestApp> {
  const metrics = createMetrics();
  const app = createApp({
    embedder: fakeEmbedder,
    model: () => FAKE_MODEL,
    lifecycle: { phase: () => 'ready' },
    describe: () => ({ model_type: 'fake' }),
    limits: {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: 4096,
      maxPendingBytes: 100_000,
      minBodyRate: 0,
      bodyTimeoutMs: 60_000,
    },
    metrics,
    log: pino({ level: 'silent' }),
    ...parts,
  });
  const { server, port } = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    maxConnections: 1000,
    headersTimeoutMs: 125_000,
    bodyTimeoutMs: 60_000,
    responseTimeoutMs: 30_000,
    maxPendingBytes: 2 ** 30,
    ...connections,
    metrics,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    metrics,
    stop: () => closeGracefully(server, 0),
    close: async () => {
      const closed = closeGracefully(server, 0);
      server.closeAllConnections();
      await closed;
    },
  };
}
