import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect as connectNet } from 'node:net';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { KeyRing, hashToken, toKeys } from '../../../src/serve/access/key-ring.js';
import { heldEmbedder, startTestGrpc } from '../../support/grpc.js';
import type { TestGrpc } from '../../support/grpc.js';
import { metricIn } from '../../support/metric.js';

const EMBED = 'handspring.v1.Embeddings/Embed';
const STREAM = 'handspring.v1.Embeddings/EmbedStream';
const WATCH = 'grpc.health.v1.Health/Watch';
const MOST = 8;
/** An `EmbedRequest` of the text "a", whole. */
const REQUEST = Buffer.from([0, 0, 0, 0, 5, 10, 3, 10, 1, 97]);
/** An `EmbedStreamRequest` of it. */
const STREAM_REQUEST = Buffer.from([0, 0, 0, 0, 5, 18, 3, 10, 1, 97]);
/** What every service here is asked with: a message of no bytes. */
const EMPTY = Buffer.alloc(5);

describe('one caller who opens as many calls as there may be', () => {
  let grpc: TestGrpc;
  const sessions: ClientHttp2Session[] = [];
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.destroy();
    await grpc.close();
  });

  async function start(parts: Parameters<typeof startTestGrpc>[0] = {}): Promise<void> {
    grpc = await startTestGrpc(parts, { maxConnections: MOST });
  }

  async function connect(localAddress = '127.0.0.1'): Promise<ClientHttp2Session> {
    const createConnection = () => connectNet({ host: '127.0.0.1', port: grpc.port, localAddress });
    const session = connectHttp2(`http://${grpc.address}`, { createConnection });
    sessions.push(session.on('error', () => undefined));
    await once(session, 'connect');
    return session;
  }

  function open(session: ClientHttp2Session, path: string, headers: Record<string, string> = {}) {
    const call = session.request({
      ...{ ':method': 'POST', ':path': `/${path}`, 'content-type': 'application/grpc', te: 'trailers' },
      ...headers,
    });
    return call.on('error', () => undefined);
  }

  /** The caller's, once the service has heard of all of them. */
  async function openAll(path: string, message?: Buffer, headers?: Record<string, string>) {
    const session = await connect('127.0.0.2');
    const calls = Array.from({ length: MOST }, () => open(session, path, headers));
    for (const call of calls) if (message) call.write(message);
    await new Promise<void>((resolve) => session.ping(() => resolve()));
    return calls;
  }

  const endOf = (call: ClientHttp2Stream) =>
    new Promise<{ code: number; details: string }>((resolve) => {
      const take = (headers: Record<string, unknown>) => {
        const code = headers['grpc-status'];
        if (code === undefined) return;
        resolve({ code: Number(code), details: decodeURIComponent(String(headers['grpc-message'])) });
      };
      call.once('response', take).once('trailers', take).resume();
    });

  async function askOnce(headers: Record<string, string> = {}) {
    const call = open(await connect(), EMBED, headers);
    call.end(REQUEST);
    return endOf(call);
  }

  const GIVE_WAY: readonly [name: string, path: string, message: Buffer | undefined][] = [
    ['whose messages do not come', EMBED, undefined],
    ['whose messages stop in their midst', EMBED, REQUEST.subarray(0, 7)],
    ['that are streams with an item under way', STREAM, STREAM_REQUEST],
    ['that watch for ever', WATCH, EMPTY],
  ];
  for (const [name, path, message] of GIVE_WAY) {
    it(`gives way to another with calls ${name}: the oldest is told so`, async () => {
      const held = heldEmbedder();
      await start({ embedder: held.embedder });
      const [oldest, ...others] = await openAll(path, message);
      const told = endOf(oldest!);
      const answer = askOnce();
      expect(await told).to.deep.equal({
        code: status.RESOURCE_EXHAUSTED,
        details: `gave way to a caller with fewer calls, as ${MOST} are open, the limit (MAX_CONNECTIONS); try again`,
      });
      held.release();
      expect((await answer).code).to.equal(status.OK);
      expect(others.filter(({ closed }) => closed)).to.deep.equal([]);
      const series = 'handspring_limit_refusals_total{option="MAX_CONNECTIONS"}';
      expect(metricIn(await grpc.metrics.registry.metrics(), series)).to.equal(1);
    });
  }

  it('keeps calls that wait for their answers: another one is refused', async () => {
    const held = heldEmbedder();
    await start({ embedder: held.embedder });
    const calls = await openAll(EMBED, REQUEST);
    for (const call of calls) call.end();
    await new Promise<void>((resolve) => calls[0]?.session?.ping(() => resolve()));
    expect((await askOnce()).details).to.equal(
      `${MOST} calls are open, the limit (MAX_CONNECTIONS); try again`,
    );
    held.release();
    for (const { code } of await Promise.all(calls.map(endOf))) expect(code).to.equal(status.OK);
  });

  it('is a key, where there are keys, wherever it calls from', async () => {
    await start({ access: { ring: new KeyRing(toKeys(['one', 'other'])) } });
    const [oldest] = await openAll(EMBED, undefined, { authorization: 'Bearer one' });
    const told = endOf(oldest!);
    expect((await askOnce({ authorization: 'Bearer one' })).details).to.match(/^8 calls are open/);
    expect((await askOnce({ authorization: 'Bearer other' })).code).to.equal(status.OK);
    expect((await told).details).to.match(/^gave way/);
  });

  it('is let in no longer than its key: a stream ends with it, and others go on', async () => {
    const ring = new KeyRing();
    const key = (name: string) => ({ name, sha256: hashToken(name) });
    ring.replace([key('one'), key('other')]);
    await start({ access: { ring } });
    const session = await connect('127.0.0.1');
    const [one, other] = ['one', 'other'].map((token) =>
      open(session, STREAM, { authorization: `Bearer ${token}` }),
    );
    const told = endOf(one!);
    ring.replace([key('other')]);
    expect(await told).to.deep.include({ code: status.UNAUTHENTICATED });
    expect(other!.closed).to.equal(false);
    other!.end();
    expect((await endOf(other!)).code).to.equal(status.OK);
  });

  it('has no right to more than another one has, nor to a place for one that it refused', async () => {
    await start();
    const mine = await openAll(EMBED);
    const session = await connect('127.0.0.3');
    const theirs = Array.from({ length: MOST }, () => open(session, EMBED));
    const told = theirs.map(endOf);
    const refused = await Promise.race(told);
    expect(refused.details).to.match(/^8 calls are open/);
    await Promise.all(mine.slice(0, MOST / 2).map(endOf));
    expect(mine.slice(MOST / 2).filter(({ closed }) => closed)).to.deep.equal([]);
  });

  it('gives way with a connection, too, unless an answer is awaited on it', async () => {
    const held = heldEmbedder();
    await start({ embedder: held.embedder });
    const all = await Promise.all(Array.from({ length: MOST }, () => connect('127.0.0.2')));
    const [busy, ...idle] = all.map((session) => open(session, EMBED));
    busy!.end(REQUEST);
    const answer = endOf(busy!);
    await Promise.all(all.map((session) => new Promise<void>((resolve) => session.ping(() => resolve()))));
    const closed = Promise.race(idle.map((call) => once(call, 'close')));
    const other = askOnce();
    await closed;
    held.release();
    expect((await answer).code).to.equal(status.OK);
    expect((await other).code).to.equal(status.OK);
  });
});
