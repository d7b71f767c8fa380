import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { pino } from 'pino';
import { ItemLimits } from '../../../src/serve/access/item-limits.js';
import { KeyRing, toKeys } from '../../../src/serve/access/key-ring.js';
import { parseRate } from '../../../src/serve/access/rate.js';
import { BodyRoom } from '../../../src/serve/body/body-room.js';
import type { TracedRequest } from '../../../src/serve/tracing/open-tracing.js';
import { FAKE_MODEL } from '../../support/app.js';
import { embedResult } from '../../support/items.js';
import { detailsOf, heldEmbedder, startTestGrpc } from '../../support/grpc.js';
import type { TestGrpc } from '../../support/grpc.js';
import { metricIn } from '../../support/metric.js';

const EMBED = 'handspring.v1.Embeddings/Embed';
const CHECK = 'grpc.health.v1.Health/Check';
const ONE = { items: [{ text: 'a' }] };
/** The same as it is sent. */
const ONE_FRAME = Buffer.from([0, 0, 0, 0, 5, 10, 3, 10, 1, 97]);

describe('the chain of a gRPC call', () => {
  let grpc: TestGrpc;
  afterEach(() => grpc.close());
  const start = async (...args: Parameters<typeof startTestGrpc>) => (grpc = await startTestGrpc(...args));
  const metric = async (series: string) => metricIn(await grpc.metrics.registry.metrics(), series);
  const refusals = (option: string) => metric(`handspring_limit_refusals_total{option="${option}"}`);
  const outcomes = (outcome: string, modality = 'none') =>
    metric(`handspring_requests_total{route="grpc",modality="${modality}",outcome="${outcome}"}`);

  /** A call by hand, of which nothing has been sent but its header lines. */
  function openCall(path: string, headers: Record<string, string> = {}): ClientHttp2Stream {
    const session = connectHttp2(`http://${grpc.address}`).on('error', () => undefined);
    const stream = session.request({
      ':method': 'POST',
      ':path': `/${path}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    return stream.on('error', () => undefined).once('close', () => session.destroy());
  }

  const statusOf = (stream: ClientHttp2Stream) =>
    new Promise<{ code: number; details: string }>((resolve) => {
      const take = (headers: Record<string, unknown>) => {
        if (headers['grpc-status'] !== undefined)
          resolve({
            code: Number(headers['grpc-status']),
            details: decodeURIComponent(String(headers['grpc-message'])),
          });
      };
      stream.once('response', take).once('trailers', take).resume();
    });

  describe('with tokens', () => {
    const access = () => ({ ring: new KeyRing(toKeys(['t0ken'])) });

    it('lets those in that have one, as Bearer or as the password of Basic', async () => {
      await start({ access: access() });
      const basic = `Basic ${Buffer.from('any:t0ken').toString('base64')}`;
      for (const authorization of ['Bearer t0ken', 'bearer t0ken', basic])
        expect((await grpc.client.ask(EMBED, ONE, { authorization })).code, authorization).to.equal(0);
      for (const authorization of ['Bearer wrong', 't0ken', ''])
        expect((await grpc.client.ask(EMBED, ONE, { authorization })).code, authorization).to.equal(
          status.UNAUTHENTICATED,
        );
      const { code, trailers } = await grpc.client.ask(EMBED, ONE);
      expect([code, trailers['handspring-code']]).to.deep.equal([status.UNAUTHENTICATED, 'unauthorized']);
      expect((await grpc.client.ask('handspring.v1.Embeddings/Info', {})).code).to.equal(
        status.UNAUTHENTICATED,
      );
    });

    it('refuses before anything of the message is there', async () => {
      await start({ access: access() });
      expect((await statusOf(openCall(EMBED))).code).to.equal(status.UNAUTHENTICATED);
    });

    it('leaves health open', async () => {
      await start({ access: access() });
      expect((await grpc.client.ask(CHECK, {})).code).to.equal(status.OK);
    });
  });

  it('counts items against the limits of their caller, and tells what is left', async () => {
    await start({ access: { limits: new ItemLimits({ rate: parseRate('2/h') }) } });
    const { trailers } = await grpc.client.ask(EMBED, ONE);
    expect(trailers).to.include({ ratelimit: '"rate";r=1;t=3600', 'ratelimit-policy': '"rate";q=2;w=3600' });
    const refused = await grpc.client.ask(EMBED, { items: [{ text: 'a' }, { text: 'b' }] });
    expect(refused.code).to.equal(status.RESOURCE_EXHAUSTED);
    expect(refused.details).to.match(/^2 more texts and images would exceed RATE_LIMIT=2\/h/);
    expect(detailsOf(refused)).to.have.property('google.rpc.RetryInfo');
    expect((await grpc.client.ask(EMBED, ONE)).code).to.equal(status.OK);
  });

  it('answers UNAVAILABLE until the model is loaded', async () => {
    await start({ lifecycle: { phase: () => 'starting' } });
    const ending = await grpc.client.ask(EMBED, ONE);
    expect(ending).to.include({ code: status.UNAVAILABLE, details: 'the model is being loaded; try again' });
    expect(ending.trailers).to.include({ 'handspring-code': 'not_ready', 'retry-after': '1' });
    expect(await outcomes('not_ready')).to.equal(1);
  });

  it('drops the work of a call whose deadline has passed', async () => {
    const held = heldEmbedder();
    await start({ embedder: held.embedder });
    const stream = openCall(EMBED, { 'grpc-timeout': '100m' });
    stream.end(ONE_FRAME);
    expect((await statusOf(stream)).code).to.equal(status.DEADLINE_EXCEEDED);
    await held.aborted;
    expect(await outcomes('deadline', 'text')).to.equal(1);
  });

  it('drops the work of a caller that has gone', async () => {
    const held = heldEmbedder();
    await start({ embedder: held.embedder });
    const stream = openCall(EMBED);
    stream.end(ONE_FRAME);
    await sleep(50);
    stream.close();
    await held.aborted;
    expect(await outcomes('caller_gone', 'text')).to.equal(1);
  });

  it('logs a line and records a trace, with counts and no payloads', async () => {
    const lines: Record<string, unknown>[] = [];
    const traces: TracedRequest[] = [];
    const log = pino(
      { level: 'info' },
      { write: (line: string) => void lines.push(JSON.parse(line) as object as Record<string, unknown>) },
    );
    await start({ log, tracing: { record: (request) => void traces.push(request) } });
    await grpc.client.ask(EMBED, ONE, { traceparent: '00-a-b-01', 'x-request-id': 'r7' });
    expect(lines[0]).to.include({
      ...{ requestId: 'r7', outcome: 'ok', items: 1, path: `/${EMBED}`, msg: 'request' },
    });
    expect(traces[0]).to.deep.include({ name: EMBED, counts: { items: 1 }, outcome: 'ok' });
    expect(traces[0]?.headers).to.include({ traceparent: '00-a-b-01' });
    expect(await outcomes('ok', 'text')).to.equal(1);
  });

  describe('against hostile callers', () => {
    it('refuses a message that says it is huge, before it comes', async () => {
      await start();
      const stream = openCall(EMBED);
      stream.write(Buffer.from([0, 255, 255, 255, 255]));
      const { code, details } = await statusOf(stream);
      expect(code).to.equal(status.INVALID_ARGUMENT);
      expect(details).to.equal('message: expected at most 4096 bytes (MAX_BODY_BYTES), received 4294967295');
      expect(await refusals('MAX_BODY_BYTES')).to.equal(1);
    });

    it('refuses a compressed message, whose size would be anyone’s guess', async () => {
      await start();
      const stream = openCall(EMBED, { 'grpc-encoding': 'gzip' });
      stream.write(Buffer.from([1, 0, 0, 0, 5]));
      const { code, details } = await statusOf(stream);
      expect([code, details]).to.deep.equal([
        status.INVALID_ARGUMENT,
        'message: expected it uncompressed, received it compressed',
      ]);
    });

    it('holds what arrives of all calls to MAX_PENDING_BYTES, and gives it back', async () => {
      const room = new BodyRoom(6000);
      await start({ bodyRoom: room });
      const head = Buffer.from([0, 0, 0, 15, 160]);
      const first = openCall(EMBED);
      first.write(Buffer.concat([head, Buffer.alloc(3900)]));
      await sleep(50);
      expect(room.held).to.equal(3900);
      const second = openCall(EMBED);
      second.write(Buffer.concat([head, Buffer.alloc(3900)]));
      const { code, details } = await statusOf(second);
      expect(code).to.equal(status.RESOURCE_EXHAUSTED);
      expect(details).to.match(/MAX_PENDING_BYTES=6000/);
      expect(room.held).to.equal(3900);
      first.close();
      await sleep(50);
      expect(room.held).to.equal(0);
    });

    it('ends a call whose message does not come within BODY_TIMEOUT', async () => {
      await start({}, { bodyTimeoutMs: 200 });
      const stream = openCall(EMBED);
      stream.write(Buffer.from([0, 0, 0, 0, 9, 1]));
      const { code, details } = await statusOf(stream);
      expect(code).to.equal(status.ABORTED);
      expect(details).to.match(/within BODY_TIMEOUT=200 ms/);
      expect(await refusals('BODY_TIMEOUT')).to.equal(1);
    });

    it('cuts a caller that does not read its answer within RESPONSE_TIMEOUT', async () => {
      const dimensions = 1_000_000;
      const large = embedResult([new Float32Array(dimensions)]);
      await start(
        { embedder: { embed: () => Promise.resolve(large) }, model: () => ({ ...FAKE_MODEL, dimensions }) },
        { responseTimeoutMs: 200, maxPendingBytes: 1e9 },
      );
      const stream = openCall(EMBED);
      stream.pause().end(ONE_FRAME);
      await new Promise((resolve) => stream.session?.once('close', resolve));
      expect(await refusals('RESPONSE_TIMEOUT')).to.equal(1);
      expect(await outcomes('caller_gone', 'text')).to.equal(1);
    });

    it('has no more calls open than MAX_CONNECTIONS', async () => {
      await start({}, { maxConnections: 2 });
      const [first, second] = [openCall(EMBED), openCall(EMBED)];
      await sleep(50);
      const session = first.session as ClientHttp2Session;
      const third = session.request({
        ':method': 'POST',
        ':path': `/${EMBED}`,
        'content-type': 'application/grpc',
      });
      const { code, details } = await statusOf(third);
      expect([code, details]).to.deep.equal([
        status.RESOURCE_EXHAUSTED,
        '2 calls are open, the limit (MAX_CONNECTIONS); try again',
      ]);
      first.close();
      second.close();
    });

    it('closes a connection that never begins a call, and one that is no HTTP/2', async () => {
      await start({}, { headersTimeoutMs: 100 });
      const silent = connect(grpc.port, '127.0.0.1').on('error', () => undefined);
      const other = connect(grpc.port, '127.0.0.1').on('error', () => undefined);
      other.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      const closed = [silent, other].map(
        (socket) => new Promise((resolve) => socket.resume().once('close', resolve)),
      );
      await Promise.all(closed);
    }).timeout(10_000);

    it('outlives calls that are begun and reset by the thousand', async () => {
      await start();
      const session = connectHttp2(`http://${grpc.address}`).on('error', () => undefined);
      for (let i = 0; i < 5000 && !session.destroyed; i++) {
        const stream = session.request({
          ':method': 'POST',
          ':path': `/${EMBED}`,
          'content-type': 'application/grpc',
        });
        stream.on('error', () => undefined).close();
        if (i % 100 === 0) await new Promise(setImmediate);
      }
      session.destroy();
      expect((await grpc.client.ask(EMBED, ONE)).code).to.equal(status.OK);
    }).timeout(20_000);
  });
});
