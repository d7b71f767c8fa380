import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata, status } from '@grpc/grpc-js';
import type { StatusObject } from '@grpc/grpc-js';
import { expect } from 'chai';
import { HandspringError } from '../../../src/core/errors.js';
import type { EmbedOptions, Embedder } from '../../../src/core/embedder.js';
import { fakeEmbedder } from '../../support/app.js';
import { startTestGrpc } from '../../support/grpc.js';
import type { TestGrpc } from '../../support/grpc.js';
import { contentOf } from '../../support/items.js';
import { metricIn } from '../../support/metric.js';

const EMBED = 'tei.v1.Embed/Embed';
const UNIT = Math.hypot(2, 97, 0.1);

describe('tei.v1', () => {
  let grpc: TestGrpc;
  afterEach(() => grpc.close());
  const start = async (...args: Parameters<typeof startTestGrpc>) => (grpc = await startTestGrpc(...args));

  const ANSWERS: readonly [request: object, expected: readonly number[]][] = [
    [{}, [2 / UNIT, 97 / UNIT, 0.1 / UNIT]],
    [{ normalize: true }, [2 / UNIT, 97 / UNIT, 0.1 / UNIT]],
    [{ normalize: false }, [2, 97, 0.1]],
    [{ dimensions: 2 }, [2 / Math.hypot(2, 97), 97 / Math.hypot(2, 97)]],
    [{ dimensions: 2, normalize: false }, [2, 97]],
  ];
  for (const [request, expected] of ANSWERS) {
    it(`answers ${JSON.stringify(request)}, and tells what it took`, async () => {
      await start();
      const { code, message } = await grpc.client.ask(EMBED, { inputs: 'ab', ...request });
      expect(code).to.equal(status.OK);
      const embeddings = message?.['embeddings'] as number[];
      expect(embeddings).to.have.length(expected.length);
      for (const [at, value] of embeddings.entries()) expect(value).to.be.closeTo(expected[at]!, 1e-6);
      const metadata = message?.['metadata'] as Record<string, unknown>;
      expect(metadata).to.include({ computeChars: 2, computeTokens: 2 });
      expect(Number(metadata['inferenceTimeNs'])).to.equal(3e6);
    });
  }

  it('refuses texts that are too long unless they may be cut', async () => {
    const asked: EmbedOptions[] = [];
    const embedder: Embedder = {
      embed: (items, options = {}) => {
        asked.push(options);
        return fakeEmbedder.embed(items, options);
      },
    };
    await start({ embedder });
    await grpc.client.ask(EMBED, { inputs: 'a' });
    await grpc.client.ask(EMBED, { inputs: 'a', truncate: true });
    expect(asked.map(({ whole }) => whole)).to.deep.equal([true, false]);
  });

  const REFUSED: readonly [request: object, message: RegExp][] = [
    [{ dimensions: 4 }, /^dimensions: expected 2 or 3/],
    [{ truncationDirection: 1 }, /^truncation_direction: expected RIGHT/],
    [{ promptName: 'query' }, /^prompt_name: expected none/],
  ];
  for (const [request, message] of REFUSED) {
    it(`refuses ${JSON.stringify(request)}`, async () => {
      await start();
      const { code, details } = await grpc.client.ask(EMBED, { inputs: 'a', ...request });
      expect(code).to.equal(status.INVALID_ARGUMENT);
      expect(details).to.match(message);
    });
  }

  it('describes the model', async () => {
    await start();
    const { message } = await grpc.client.ask('tei.v1.Info/Info', {});
    expect(message).to.include({ modelId: 'fake', maxInputLength: 77, maxClientBatchSize: 16 });
  });

  it('has no other methods', async () => {
    await start();
    for (const path of ['tei.v1.Rerank/Rerank', 'tei.v1.Embed/EmbedSparse'])
      expect((await grpc.client.askRaw(path, Buffer.alloc(0))).code).to.equal(status.UNIMPLEMENTED);
  });

  async function stream(texts: readonly string[], end = true) {
    const path = 'tei.v1.Embed/EmbedStream';
    const { requestSerialize, responseDeserialize } = grpc.client.method(path);
    const call = grpc.client.makeBidiStreamRequest(
      `/${path}`,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
    );
    const lengths: number[] = [];
    call.on('data', ({ embeddings }: { embeddings: number[] }) => lengths.push(embeddings[0]!));
    call.on('error', () => undefined);
    const ended = new Promise<StatusObject>((resolve) => call.once('status', resolve));
    for (const inputs of texts) call.write({ inputs, normalize: false });
    if (end) call.end();
    return { lengths, ...(await ended) };
  }

  it('answers a stream in its order', async () => {
    const embedder: Embedder = {
      embed: async (items, options) => {
        await sleep(50 / String(contentOf(items[0]!)).length);
        return fakeEmbedder.embed(items, options);
      },
    };
    await start({ embedder });
    const texts = Array.from({ length: 200 }, (_, at) => 'a'.repeat((at % 50) + 1));
    const { code, lengths } = await stream(texts);
    expect(code).to.equal(status.OK);
    expect(lengths).to.deep.equal(texts.map(({ length }) => length));
  });

  it('ends a stream with the failure of the first text that has one', async () => {
    const embedder: Embedder = {
      embed: (items, options) =>
        contentOf(items[0]!) === 'long'
          ? Promise.reject(new HandspringError('text_too_long', 'expected less'))
          : fakeEmbedder.embed(items, options),
    };
    await start({ embedder });
    const { code, details, lengths } = await stream(['a', 'long', 'b'], false);
    expect([code, details]).to.deep.equal([status.INVALID_ARGUMENT, 'expected less']);
    expect(lengths).to.deep.equal([1]);
    const metrics = await grpc.metrics.registry.metrics();
    const items = 'handspring_stream_items_total{route="grpc_tei",modality="text"';
    expect(metricIn(metrics, `${items},outcome="text_too_long"}`)).to.equal(1);
    expect(metricIn(metrics, `${items},outcome="ok"}`)).to.equal(2);
  });

  it('ends a stream with UNAVAILABLE when the service stops', async () => {
    await start();
    const ended = stream(['a'], false);
    await sleep(100);
    await grpc.stop();
    expect((await ended).code).to.equal(status.UNAVAILABLE);
  });
});
