import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { HandspringError } from '../../../src/core/errors.js';
import type { Embedder } from '../../../src/core/embedder.js';
import { ItemLimits } from '../../../src/serve/access/item-limits.js';
import { parseRate } from '../../../src/serve/access/rate.js';
import { BodyRoom } from '../../../src/serve/body/body-room.js';
import { FAKE_MODEL, fakeEmbedder } from '../../support/app.js';
import { heldEmbedder, numbersOf, startTestGrpc } from '../../support/grpc.js';
import type { TestGrpc } from '../../support/grpc.js';
import { contentOf } from '../../support/items.js';
import { metricIn } from '../../support/metric.js';

const STREAM = 'handspring.v1.Embeddings/EmbedStream';

describe('handspring.v1.Embeddings/EmbedStream', () => {
  let grpc: TestGrpc;
  afterEach(() => grpc.close());
  const start = async (...args: Parameters<typeof startTestGrpc>) => (grpc = await startTestGrpc(...args));

  const open = () => grpc.client.openStream();

  /** Sends all of them and ends. */
  async function stream(requests: readonly object[]) {
    const { call, outcomes, ended } = open();
    for (const [id, request] of requests.entries()) call.write({ id, ...request });
    call.end();
    return { outcomes, ...(await ended) };
  }

  it('answers each item with its id, whatever its kind', async () => {
    await start();
    const { outcomes, code } = await stream([
      { item: { text: 'ab' } },
      { item: { image: Buffer.from([7]) } },
    ]);
    expect(code).to.equal(status.OK);
    const byId = new Map(outcomes.map(({ id, vector }) => [id, numbersOf(vector)]));
    expect(byId.get(0)).to.deep.equal([2, 97, Math.fround(0.1)]);
    expect(byId.get(1)).to.deep.equal([1, 7, Math.fround(0.1)]);
    const requests = 'handspring_requests_total{route="grpc",modality="both",outcome="ok"}';
    expect(metricIn(await grpc.metrics.registry.metrics(), requests)).to.equal(1);
  });

  it('gives back ids of 64 bits as they came', async () => {
    await start();
    const { call, ended } = open();
    const ids: string[] = [];
    call.on('data', ({ id }: { id: unknown }) => ids.push(String(id)));
    const { requestSerialize, responseDeserialize } = grpc.client.method(STREAM);
    const raw = grpc.client.makeBidiStreamRequest(
      `/${STREAM}`,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
    );
    raw.on('data', ({ id }: { id: { toString(): string } }) => ids.push(id.toString()));
    const big = { low: -1, high: -1, unsigned: true };
    raw.write({ id: big, item: { text: 'a' } });
    raw.end();
    call.end();
    await ended;
    await new Promise((resolve) => raw.once('end', resolve));
    expect(ids).to.deep.equal(['18446744073709551615']);
  });

  it('answers in the order in which items are done', async () => {
    const embedder: Embedder = {
      embed: async (items, options) => {
        await sleep(contentOf(items[0]!) === 'slow' ? 100 : 0);
        return fakeEmbedder.embed(items, options);
      },
    };
    await start({ embedder });
    const { outcomes } = await stream([{ item: { text: 'slow' } }, { item: { text: 'fast' } }]);
    expect(outcomes.map(({ id }) => id)).to.deep.equal([1, 0]);
  });

  it('goes on after an item that fails, which has its own failure', async () => {
    const embedder: Embedder = {
      embed: (items, options) =>
        contentOf(items[0]!) === 'broken'
          ? Promise.reject(new HandspringError('invalid_image', 'expected a JPEG').about('item'))
          : fakeEmbedder.embed(items, options),
    };
    await start({ embedder });
    const { outcomes, code } = await stream([
      { item: { text: 'broken' } },
      {},
      { item: { text: 'a' }, model: 'other' },
      { item: { text: 'a' }, dimensions: 99 },
      { item: { text: 'fine' }, dimensions: 2, normalize: false },
    ]);
    expect(code).to.equal(status.OK);
    const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
    const failure = (id: number) => byId.get(id)?.failure;
    expect(failure(0)).to.include({ grpcCode: 3, code: 'invalid_image', message: 'item: expected a JPEG' });
    expect(failure(1)).to.include({ grpcCode: 3, code: 'invalid_request' });
    expect(failure(2)).to.include({ grpcCode: 5, code: 'model_not_found' });
    expect(failure(3)).to.include({ grpcCode: 3, code: 'invalid_request' });
    expect(numbersOf(byId.get(4)?.vector)).to.deep.equal([4, 102]);
    const metrics = await grpc.metrics.registry.metrics();
    const counted = (modality: string, outcome: string) =>
      metricIn(
        metrics,
        `handspring_stream_items_total{route="grpc",modality="${modality}",outcome="${outcome}"}`,
      );
    expect(counted('text', 'ok')).to.equal(1);
    expect(counted('text', 'invalid_image')).to.equal(1);
    expect(counted('none', 'invalid_request')).to.equal(1);
    expect(counted('text', 'model_not_found')).to.equal(1);
    expect(counted('text', 'invalid_request')).to.equal(1);
    expect(
      metricIn(metrics, 'handspring_requests_total{route="grpc",modality="text",outcome="ok"}'),
    ).to.equal(1);
  });

  it('counts each item against the limits of the caller, and says when to send it again', async () => {
    await start({ access: { limits: new ItemLimits({ rate: parseRate('1/h') }) } });
    const { outcomes } = await stream([{ item: { text: 'a' } }, { item: { text: 'b' } }]);
    const failed = outcomes.find(({ failure }) => failure)?.failure;
    expect(failed).to.include({ grpcCode: 8, code: 'rate_limited' });
    expect(failed?.['retryAfterMs']).to.be.greaterThan(1000);
  });

  it('reads no further than it works: memory is not the sender’s to choose', async () => {
    const held = heldEmbedder();
    let begun = 0;
    const embedder: Embedder = {
      embed: (items, options) => {
        begun++;
        expect(options).to.include({ waits: true, bulk: true });
        return held.embedder.embed(items, options);
      },
    };
    const room = new BodyRoom(10_000_000);
    await start({ embedder, bodyRoom: room }, { maxBodyBytes: 1_000_000 });
    const { call, outcomes, ended } = open();
    const image = Buffer.alloc(10_000);
    let sent = 0;
    const send = () => {
      while (sent < 2000 && call.write({ id: sent++, item: { image } }));
      if (sent < 2000) call.once('drain', send);
      else call.end();
    };
    send();
    while (begun < 64) await sleep(10);
    await sleep(200);
    expect(begun).to.equal(64);
    // A window, what lies ready behind it, and a message that is arriving.
    expect(room.held).to.be.lessThan((64 + 18) * 10_100);
    held.release();
    expect((await ended).code).to.equal(status.OK);
    expect(outcomes).to.have.length(2000);
    expect(room.held).to.equal(0);
  });

  it('has a message wait for room that others have', async () => {
    const room = new BodyRoom(10_000);
    const other = room.enter('another', 0);
    other.grow(9_900);
    other.finish();
    await start({ bodyRoom: room });
    const { call, outcomes, ended } = open();
    call.write({ id: 1, item: { image: Buffer.alloc(3000) } });
    call.end();
    await sleep(150);
    other.release();
    expect((await ended).code).to.equal(status.OK);
    expect(outcomes).to.have.length(1);
    expect(room.held).to.equal(0);
  });

  it('answers what it has read when it is told to stop, and ends with UNAVAILABLE', async () => {
    const held = heldEmbedder();
    await start({ embedder: held.embedder });
    const { call, outcomes, ended } = open();
    call.write({ id: 1, item: { text: 'a' } });
    await sleep(50);
    const stopped = grpc.stop();
    await sleep(700);
    held.release();
    const { code, details, metadata } = await ended;
    expect([code, metadata.get('handspring-code')]).to.deep.equal([status.UNAVAILABLE, ['not_ready']]);
    expect(details).to.match(/^the service is shutting down/);
    expect(outcomes).to.have.length(1);
    await stopped;
  });

  it('ends an idle stream when it is told to stop', async () => {
    await start();
    const { call, ended } = open();
    call.write({ id: 1, item: { text: 'a' } });
    await sleep(50);
    await Promise.all([grpc.stop(), ended]);
  });

  it('ends a stream on which nothing happens for BODY_TIMEOUT', async () => {
    await start({}, { bodyTimeoutMs: 200 });
    const { call, outcomes, ended } = open();
    call.write({ id: 1, item: { text: 'a' } });
    const { code, metadata } = await ended;
    expect([code, metadata.get('handspring-code')]).to.deep.equal([status.ABORTED, ['request_timeout']]);
    expect(outcomes).to.have.length(1);
  });

  it('drops the work of a caller that has gone', async () => {
    const held = heldEmbedder();
    await start({ embedder: held.embedder, model: () => FAKE_MODEL });
    const { call } = open();
    call.write({ id: 1, item: { text: 'a' } });
    await sleep(50);
    call.cancel();
    await held.aborted;
    await sleep(10);
    const counted = 'handspring_stream_items_total{route="grpc",modality="text",outcome="caller_gone"}';
    expect(metricIn(await grpc.metrics.registry.metrics(), counted)).to.equal(1);
  });
});
