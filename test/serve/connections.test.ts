import { once } from 'node:events';
import { expect } from 'chai';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Embedder } from '../../src/core/embedder.js';
import type { HandspringError } from '../../src/core/errors.js';
import { clipContract } from '../../src/serve/contracts/clip.js';
import { readMetric } from '../support/metric.js';
import { deferred } from '../support/deferred.js';
import { fakeEmbedder, startTestApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { embedResult } from '../support/items.js';

/** Answers larger than what the system takes to be sent. */
const wordy: Embedder = {
  embed: (items) => Promise.resolve(embedResult(items.map(() => new Float32Array(400_000).fill(1 / 3)))),
};

/** Sends requests at once and reads nothing; resolves when the first answer is on its way. */
async function openDeaf(app: TestApp, ...bodies: string[]): Promise<Socket> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1').on('error', () => undefined);
  const requests = bodies.map(
    (body) => `POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  socket.write(requests.join(''));
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

/** A raw connection, and all that it is sent until it is closed. */
function open(
  app: TestApp,
  first = '',
  localAddress = '127.0.0.1',
): { socket: Socket; connected: Promise<void>; answer: Promise<string> } {
  const socket = connect({ port: Number(new URL(app.url).port), host: '127.0.0.1', localAddress });
  const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined).on('close', () => resolve(text));
  });
  if (first !== '') socket.write(first, 'latin1');
  return { socket, connected, answer };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

const bodyOf = (answer: string) =>
  JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { error: string; code: string };

describe('connections', () => {
  let app: TestApp;
  afterEach(() => app.close());
  const refused = async (reason: string) =>
    (await app.metrics.registry.metrics()).includes(
      `handspring_connections_refused_total{reason="${reason}"} 1`,
    );

  /** Requests with texts whose caller did not get the answer. */
  const gone = async () =>
    Number(
      /^handspring_requests_total\{route="vectorize",modality="text",outcome="caller_gone"\} (\d+)/m.exec(
        await app.metrics.registry.metrics(),
      )?.[1] ?? 0,
    );

  it('over MAX_CONNECTIONS are told so and closed, and there is room again when one goes', async () => {
    app = await startTestApp({}, { maxConnections: 2 });
    const held = [open(app), open(app)];
    await Promise.all(held.map(({ connected }) => connected));
    const answer = await open(app, 'GET /meta HTTP/1.1\r\nHost: x\r\n\r\n').answer;
    expect(answer).to.match(/^HTTP\/1\.1 429 /);
    expect(bodyOf(answer)).to.deep.equal({
      error: '2 connections are open, the limit (MAX_CONNECTIONS); try again',
      code: 'overloaded',
    });
    expect(await refused('limit')).to.equal(true);
    held[0]?.socket.end();
    await held[0]?.answer;
    const again = await open(app, 'GET /meta HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').answer;
    expect(again).to.match(/^HTTP\/1\.1 200 /);
    held[1]?.socket.destroy();
  });

  it('that are refused and linger do not count: who comes when there is room is let in', async () => {
    app = await startTestApp({}, { maxConnections: 1 });
    const held = open(app);
    await held.connected;
    const port = Number(new URL(app.url).port);
    const lingering = Array.from({ length: 3 }, () =>
      connect({ port, host: '127.0.0.1', allowHalfOpen: true }),
    );
    await Promise.all(lingering.map((socket) => new Promise((resolve) => socket.once('data', resolve))));
    held.socket.end();
    await held.answer;
    const answer = await open(app, 'GET /meta HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').answer;
    expect(answer).to.match(/^HTTP\/1\.1 200 /);
    lingering.forEach((socket) => socket.destroy());
  });

  it('whose header lines do not come in time are answered 408 with the options that say so', async () => {
    app = await startTestApp({}, { headersTimeoutMs: 100, bodyTimeoutMs: 200 });
    const answer = await open(app, 'POST /vectorize HTTP/1.1\r\nHost: x\r\nX-Slow: ').answer;
    expect(answer).to.match(/^HTTP\/1\.1 408 /);
    const { error, code } = bodyOf(answer);
    expect(code).to.equal('request_timeout');
    expect(error).to.include('HEADERS_TIMEOUT=100 ms').and.to.include('BODY_TIMEOUT=200 ms');
    expect(await refused('timeout')).to.equal(true);
  });

  it('whose body does not come in time are answered 408', async () => {
    const sizes = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: 4096,
      maxPendingBytes: 4096,
    };
    app = await startTestApp({ limits: { ...sizes, minBodyRate: 0, bodyTimeoutMs: 100 } });
    const answer = await open(
      app,
      'POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"texts":',
    ).answer;
    expect(answer).to.match(/^HTTP\/1\.1 408 /);
    expect(bodyOf(answer).error).to.equal(
      'body: expected all of it within BODY_TIMEOUT=100 ms, received it slower',
    );
    expect(await refused('timeout')).to.equal(true);
  });

  it('whose body does not come in time are told so in the form of their contract', async () => {
    const sizes = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: 4096,
      maxPendingBytes: 4096,
    };
    const render = ({ code }: HandspringError) => ({ failed: code });
    app = await startTestApp({
      contracts: [{ ...clipContract, failure: { render, schema: {} } }],
      limits: { ...sizes, minBodyRate: 0, bodyTimeoutMs: 100 },
    });
    const late = 'POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{';
    expect(bodyOf(await open(app, late).answer)).to.deep.equal({ failed: 'request_timeout' });
  });

  it('with a large body that hardly comes are cut off, and give back the bytes they held', async () => {
    const sizes = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: 100_000,
      maxPendingBytes: 100_000,
    };
    app = await startTestApp({
      limits: { ...sizes, minBodyRate: 1000, bodyTimeoutMs: 60_000, lookEveryMs: 100 },
    });
    const { answer } = open(app, 'POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n{');
    const text = await answer;
    expect(text).to.match(/^HTTP\/1\.1 408 /);
    expect(bodyOf(text).error).to.equal(
      'body: expected at least MIN_BODY_RATE=1000 bytes a second, received it slower',
    );
    expect(await refused('slow_body')).to.equal(true);
    const next = await fetch(`${app.url}/vectorize`, { method: 'POST', body: '{"texts":["a"]}' });
    expect(next.status).to.equal(200);
  });

  describe('whose bodies are announced, and hardly come', () => {
    const SIZE = 1_000_000;
    const limits = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: SIZE,
      maxPendingBytes: SIZE,
      minBodyRate: 16_384,
    };
    const CHUNKED = 'Transfer-Encoding: chunked';
    const announce = (line: string, piece: string) =>
      `POST /vectorize HTTP/1.1\r\nHost: x\r\n${line}\r\n\r\n${piece}`;
    const statusOf = async (bytes: number) => {
      const body = '{"texts":["a"]}'.padEnd(bytes);
      const response = await fetch(`${app.url}/vectorize`, { method: 'POST', body });
      await response.text();
      return response.status;
    };
    beforeEach(async () => {
      app = await startTestApp({ limits: { ...limits, bodyTimeoutMs: 60_000 } });
    });

    const spaces = ' '.repeat(20_000);
    const chunk = (bytes: string) => `${bytes.length.toString(16)}\r\n${bytes}\r\n`;
    /** Without its end, and so all there as soon as it has come. */
    const packed = gzipSync(spaces).toString('latin1').slice(0, -8);
    for (const [how, line, piece] of [
      ['in chunks', CHUNKED, chunk(spaces)],
      ['compressed', `Content-Encoding: gzip\r\n${CHUNKED}`, chunk(packed)],
      ['with their length', `Content-Length: ${SIZE}`, spaces],
    ] as const) {
      it(`${how}, keep nobody out: small bodies and large ones are taken beside them`, async () => {
        const slow = Array.from({ length: 3 }, () => open(app, announce(line, piece)));
        const held = (line.endsWith(CHUNKED) ? 3 : 1) * spaces.length; // of lengths that cannot all fit, one is let in
        await until(async () => (await readMetric(app.url, 'handspring_body_bytes_admitted')) >= held);
        expect([await statusOf(15), await statusOf(SIZE - 100_000)]).to.deep.equal([200, 200]);
        slow.forEach(({ socket }) => socket.destroy());
      });
    }

    it('lose their room, once it is full, to a caller that has less', async () => {
      const greedy = open(app, announce(`Content-Length: ${SIZE}`, ' '.repeat(900_000)), '127.0.0.2');
      await until(async () => (await readMetric(app.url, 'handspring_body_bytes_admitted')) === 900_000);
      const told = once(greedy.socket, 'data') as Promise<[string]>;
      expect(await statusOf(300_000)).to.equal(200);
      expect((await told)[0]).to.match(/^HTTP\/1\.1 429 /);
      greedy.socket.destroy();
      expect(await readMetric(app.url, 'handspring_body_bytes_admitted')).to.equal(0);
    });
  });

  describe('that announce too large a body', () => {
    const head = (lines: string) => `POST /vectorize HTTP/1.1\r\nHost: x\r\n${lines}\r\n\r\n`;
    const first = async (text: string) => {
      const { socket } = open(app, head(text));
      const [answer] = (await once(socket, 'data')) as [string];
      return { socket, answer };
    };
    beforeEach(async () => {
      app = await startTestApp();
    });

    it('are answered 413 at once, before any of it is sent', async () => {
      const { socket, answer } = await first('Content-Length: 100000000');
      expect(answer).to.match(/^HTTP\/1\.1 413 /);
      expect(bodyOf(answer).error).to.equal(
        'body: expected at most 4096 bytes (MAX_BODY_BYTES), received 100000000',
      );
      socket.destroy();
    });

    it('and wait to be asked for it are not asked, and closed', async () => {
      const { answer } = open(app, head('Expect: 100-continue\r\nContent-Length: 100000000'));
      expect(await answer).to.match(/^HTTP\/1\.1 413 [^]*\r\nConnection: close\r\n/);
    });

    it('that is in chunks are answered 413 when it is too large, and may send the rest', async () => {
      const { socket, answer } = open(
        app,
        head('Transfer-Encoding: chunked') + `2000\r\n${' '.repeat(0x2000)}\r\n`,
      );
      const [text] = (await once(socket, 'data')) as [string];
      expect(bodyOf(text).error).to.equal(
        'body: expected at most 4096 bytes (MAX_BODY_BYTES), received more',
      );
      socket.write('1\r\n \r\n0\r\n\r\nGET /meta HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      expect(await answer).to.match(/HTTP\/1\.1 413 [^]*HTTP\/1\.1 200 /);
    });
  });

  it('that wait to be asked for their body are asked when it is read', async () => {
    app = await startTestApp();
    const { socket, answer } = open(
      app,
      'POST /vectorize HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 15\r\n\r\n',
    );
    const [asked] = (await once(socket, 'data')) as [string];
    expect(asked).to.equal('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('{"texts":["a"]}');
    expect(await answer).to.match(/HTTP\/1\.1 200 [^]*"textVectors":\[\[1,97,/);
  });

  it('whose body has come are not called slow while it is decompressed', async () => {
    const maxBodyBytes = 2 ** 26;
    const sizes = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes,
      maxPendingBytes: maxBodyBytes,
    };
    app = await startTestApp({
      limits: { ...sizes, minBodyRate: 1, bodyTimeoutMs: 60_000, lookEveryMs: 20 },
    });
    const body = new Uint8Array(gzipSync('{"texts":["a"]}'.padEnd(maxBodyBytes)));
    const headers = { 'content-encoding': 'gzip' };
    const response = await fetch(`${app.url}/vectorize`, { method: 'POST', body, headers });
    expect(response.status).to.equal(200);
  });

  describe('whose answers are not read', () => {
    const body = JSON.stringify({ texts: Array<string>(4).fill('a') });
    const limits = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: 4096,
      minBodyRate: 0,
      bodyTimeoutMs: 60_000,
    };
    const vectorizeOne = (body = '{"texts":[]}') =>
      fetch(`${app.url}/vectorize`, { method: 'POST', body }).then(({ status }) => status);

    it('hold no room for the bodies of others', async () => {
      app = await startTestApp({ embedder: wordy, limits: { ...limits, maxPendingBytes: body.length } });
      const deaf = await openDeaf(app, body);
      expect(await vectorizeOne()).to.equal(200);
      deaf.destroy();
    });

    it('are cut after RESPONSE_TIMEOUT, and counted', async () => {
      app = await startTestApp(
        { embedder: wordy, limits: { ...limits, maxPendingBytes: 4096 } },
        { responseTimeoutMs: 200 },
      );
      const deaf = await openDeaf(app, body);
      const closed = new Promise((resolve) => deaf.once('close', resolve));
      await until(() => refused('slow_reader'));
      expect(await gone()).to.equal(1);
      deaf.resume();
      await closed;
    });

    it('are cut with all that waits behind them', async () => {
      app = await startTestApp(
        { embedder: wordy, limits: { ...limits, maxPendingBytes: 4096 } },
        { maxPendingBytes: 18_000_000 },
      );
      const deaf = await openDeaf(app, body, body, body);
      await until(async () => (await gone()) === 3);
      expect(await refused('slow_reader')).to.equal(true);
      deaf.destroy();
    });

    it('are cut, the oldest first, when the answers together are over MAX_PENDING_BYTES', async () => {
      app = await startTestApp(
        { embedder: wordy, limits: { ...limits, maxPendingBytes: 4096 } },
        { maxPendingBytes: 18_000_000 },
      );
      const first = await openDeaf(app, body);
      const second = await openDeaf(app, body);
      await until(() => refused('slow_reader'));
      const closed = new Promise((resolve) => first.once('close', resolve));
      first.resume();
      await closed;
      expect(second.destroyed).to.equal(false);
      second.destroy();
    });

    it('hold none either when they are refusals, behind another one', async () => {
      const room = 2 * body.length;
      app = await startTestApp({ embedder: wordy, limits: { ...limits, maxPendingBytes: room } });
      const deaf = await openDeaf(app, body, '{"texts":[1]}'.padEnd(body.length));
      expect(await vectorizeOne('{"texts":[]}'.padEnd(room))).to.equal(200);
      deaf.destroy();
    });
  });

  it('whose answers are read slowly get all of them when the service stops; idle ones may send until then', async () => {
    app = await startTestApp({ embedder: wordy });
    const idle = open(app);
    await idle.connected;
    const slow = await openDeaf(app, JSON.stringify({ texts: Array<string>(4).fill('a') }));
    const stopped = app.stop();
    idle.socket.write('GET /meta HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => idle.socket.once('data', resolve));
    let text = '';
    for await (const chunk of slow.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
    const [, length] = /content-length: (\d+)/i.exec(text) ?? [];
    expect(text.length - text.indexOf('\r\n\r\n') - 4).to.equal(Number(length));
    await stopped;
    expect(await idle.answer).to.match(/^HTTP\/1\.1 200 /);
  });

  it('whose answers are not read hold a stop up for RESPONSE_TIMEOUT and no longer', async () => {
    app = await startTestApp({ embedder: wordy }, { responseTimeoutMs: 200 });
    const deaf = await openDeaf(app, JSON.stringify({ texts: Array<string>(4).fill('a') }));
    await app.stop();
    expect(await refused('slow_reader')).to.equal(true);
    deaf.destroy();
  });

  it('that are lost take all their requests with them, those that wait behind another one too', async () => {
    const signals: AbortSignal[] = [];
    const embed: Embedder['embed'] = (_items, { signal } = {}) => {
      if (signal) signals.push(signal);
      return new Promise(() => undefined);
    };
    app = await startTestApp({ embedder: { embed } });
    const request = 'POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{"texts":["a"]}';
    const { socket } = open(app, request.repeat(3));
    await until(() => Promise.resolve(signals.length === 3));
    socket.destroy();
    await until(() => Promise.resolve(signals.every(({ aborted }) => aborted)));
    expect(await gone()).to.equal(3);
  });

  describe('that speak no HTTP, or not all of it', () => {
    beforeEach(async () => {
      app = await startTestApp();
    });

    const META = 'GET /meta HTTP/1.1\r\n';
    for (const [title, bytes, status, error] of [
      ['no request', 'hello\r\n\r\n', 400, 'the request is not HTTP/1.1'],
      ['no Host', `${META}\r\n`, 400, 'Host: expected one such header line, received 0'],
      [
        'two Hosts',
        `${META}Host: a\r\nHost: b\r\n\r\n`,
        400,
        'Host: expected one such header line, received 2',
      ],
      [
        'expectations that nobody has',
        `${META}Host: x\r\nExpect: 200-maybe\r\n\r\n`,
        417,
        'Expect: expected 100-continue or nothing, received another value',
      ],
      [
        'for a way through',
        'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n',
        405,
        'expected a request to this service, received CONNECT',
      ],
    ] as const) {
      it(`are answered in JSON, and counted: ${title}`, async () => {
        const answer = await open(app, bytes).answer;
        expect(answer).to.match(new RegExp(`^HTTP/1\\.1 ${status} [^]*Content-Type: application/json`));
        expect(bodyOf(answer).error).to.equal(error);
        expect(await refused('not_http')).to.equal(true);
      });
    }

    it('are taken without a Host where HTTP/1.0 asks for none', async () => {
      expect(await open(app, 'GET /meta HTTP/1.0\r\n\r\n').answer).to.match(/^HTTP\/1\.1 200 /);
    });
  });

  it('that send garbage behind requests get the answers to these first', async () => {
    const held = deferred<void>();
    app = await startTestApp({
      embedder: { embed: (items) => held.promise.then(() => fakeEmbedder.embed(items)) },
    });
    const request = 'POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{"texts":["a"]}';
    const { socket, answer } = open(app, `${request}${request}GARBAGE\r\n\r\n`);
    socket.write('MORE OF IT\r\n\r\n');
    await until(async () => (await readMetric(app.url, 'handspring_body_bytes_admitted')) === 30);
    held.resolve();
    expect((await answer).match(/HTTP\/1\.1 \d+|textVectors/g)).to.deep.equal([
      'HTTP/1.1 200',
      'textVectors',
      'HTTP/1.1 200',
      'textVectors',
      'HTTP/1.1 400',
    ]);
  });

  describe('of which one caller has all', () => {
    const META = 'GET /meta HTTP/1.1\r\nHost: x\r\n\r\n';
    const request = 'POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{"texts":["a"]}';
    const idle = async (count: number, from: string) => {
      const opened = Array.from({ length: count }, () => open(app, '', from));
      await Promise.all(opened.map(({ connected }) => connected));
      return opened;
    };
    const statusFrom = async (address: string) => {
      const { socket, answer } = open(
        app,
        META.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
        address,
      );
      const text = await answer;
      socket.destroy();
      return Number(text.split(' ')[1]);
    };

    it('lose one that waits for nothing to a caller that has none', async () => {
      app = await startTestApp({}, { maxConnections: 4 });
      const greedy = await idle(4, '127.0.0.2');
      expect([await statusFrom('127.0.0.2'), await statusFrom('127.0.0.3')]).to.deep.equal([429, 200]);
      expect(greedy.filter(({ socket }) => socket.destroyed)).to.have.length(1);
      greedy.forEach(({ socket }) => socket.destroy());
    });

    it('lose none that waits for an answer', async () => {
      const held = deferred<void>();
      const embed: Embedder['embed'] = (items) => held.promise.then(() => fakeEmbedder.embed(items));
      app = await startTestApp({ embedder: { embed } }, { maxConnections: 3 });
      const busy = Array.from({ length: 3 }, () => open(app, request, '127.0.0.2'));
      await until(async () => (await app.metrics.bodyBytesAdmitted.get()).values[0]?.value === 45);
      expect(await statusFrom('127.0.0.3')).to.equal(429);
      held.resolve();
      await Promise.all(busy.map(({ socket }) => once(socket, 'data')));
      busy.forEach(({ socket }) => socket.destroy());
    });
  });
});
