import type { ClientHttp2Session } from 'node:http2';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import sharp from 'sharp';
import { TestClient } from '../support/grpc.js';
import type { OpenedStream } from '../support/grpc.js';
import { endingOf, framed, openCall, openSession } from '../support/half-open.js';
import type { SessionOptions } from '../support/half-open.js';
import { readMetric } from '../support/metric.js';
import { fixtureFolder } from '../support/model-fixture.js';
import { readProcessFacts } from '../support/process-facts.js';
import { noise } from '../support/random.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { byQuarters, expectNoGrowth } from '../fuzz/memory.js';
import type { MemoryLook } from '../fuzz/memory.js';
import { heldBytes, preload, statusOf, until } from './faulty.js';

const EMBED = 'handspring.v1.Embeddings/Embed';
const STREAM = 'handspring.v1.Embeddings/EmbedStream';
const ONE = { items: [{ text: 'a cat' }] };

const DEAF = 100;
/** Each would send a thousand kB, and has 4 kB of answers to read before the service waits for it. */
const DEAF_ITEMS = 50_000;
/** A megabyte of each, much of it garbage of a moment; 264 in all where small messages are decoded as they arrive. */
const DEAF_BYTES = 170 * 2 ** 20;

const PHOTOS = 20_000;
const DIFFERENT_PHOTOS = 300;
/** Every so many of them is broken. */
const BROKEN = 50;

/** So many calls of each connection, the most that one may have. */
const CALLS = 256;
const CONNECTIONS = 40;
/** Of all connections together. */
const MOST_CALLS = 1000;
/** What may stay of ten thousand calls that are over: less than a tenth of what they take. */
const LEFT_BYTES = 16 * 2 ** 20;

describe('callers over gRPC that misbehave', () => {
  let service: ServiceProcess;
  let port: number;
  let client: TestClient;
  const sessions: ClientHttp2Session[] = [];

  async function start(args: readonly string[] = [], env: Record<string, string> = {}): Promise<void> {
    service = await startServiceProcess(['--model', fixtureFolder('clip'), '--grpc-port', '0', ...args], env);
    port = (await service.logged('ready'))['grpcPort'] as number;
    client = new TestClient(`127.0.0.1:${port}`);
  }
  afterEach(async () => {
    client.close();
    sessions.splice(0).forEach((session) => session.destroy());
    await service.stop();
  });

  const connectAgain = (options?: SessionOptions) => {
    const session = openSession(port, options);
    sessions.push(session);
    return session;
  };
  const refused = (reason: string) =>
    readMetric(service.url, `handspring_connections_refused_total{reason="${reason}"}`);
  /** Everything that is held for callers, given back. */
  const untilReleased = () =>
    until('nothing is held', async () => {
      const gauges = ['handspring_items_admitted', 'handspring_body_bytes_admitted'];
      const held = await Promise.all(gauges.map((name) => readMetric(service.url, name)));
      return held.every((value) => value === 0);
    });

  it(`${DEAF} streams that are never read fill no memory, keep nobody out and are cut off`, async () => {
    await start(['--response-timeout', '3s'], preload('preload-collect'));
    await client.ask(EMBED, ONE);
    const before = await heldBytes(service);
    const { requestSerialize } = client.method(STREAM);
    let sent = 0;
    for (let n = 0; n < DEAF; n++) {
      const stream = openCall(connectAgain({ initialWindowSize: 4096 }), STREAM);
      const send = (id: number) => {
        for (let at = id; at < DEAF_ITEMS; at++) {
          sent++;
          if (stream.write(framed(requestSerialize({ id: at, item: { text: 'a' } })))) continue;
          return stream.once('drain', () => send(at + 1));
        }
      };
      send(0);
    }
    let most = 0;
    await until('all are cut off', async () => {
      expect(await statusOf(service)).to.equal(200);
      expect((await client.ask(EMBED, ONE)).code).to.equal(status.OK);
      most = Math.max(most, (await heldBytes(service)) - before);
      return (await refused('slow_reader')) >= DEAF;
    });
    console.log(`        ${(most / 2 ** 20).toFixed(0)} MiB at most, ${sent} of ${DEAF * DEAF_ITEMS} sent`);
    expect(most, 'bytes held').to.be.lessThan(DEAF_BYTES);
    expect(sent, 'items taken of those who do not read').to.be.lessThan((DEAF * DEAF_ITEMS) / 2);
    await untilReleased();
  });

  it(`a stream of ${PHOTOS} photos has an outcome for each, and memory that does not grow`, async () => {
    await start();
    const photos = await Promise.all(Array.from({ length: DIFFERENT_PHOTOS }, (_, n) => smallPhoto(n)));
    const { call, outcomes, ended } = client.openStream();
    const looks: MemoryLook[] = [];
    for (let id = 0; id < PHOTOS; id++) {
      const photo = photos[id % DIFFERENT_PHOTOS]!;
      const image = id % BROKEN === 0 ? photo.subarray(0, photo.length / 2) : photo;
      if (!call.write({ id, item: { image } })) await new Promise((resolve) => call.once('drain', resolve));
      if (id % (PHOTOS / 40) === 0) looks.push(await lookAtMemory());
    }
    call.end();
    expect((await ended).code).to.equal(status.OK);
    expect(new Set(outcomes.map(({ id }) => id)).size).to.equal(PHOTOS);
    const failed = outcomes.filter(({ failure }) => failure);
    expect(failed.map(({ id }) => id % BROKEN)).to.deep.equal(Array(PHOTOS / BROKEN).fill(0));
    expect(new Set(failed.map(({ failure }) => failure?.['code']))).to.deep.equal(new Set(['invalid_image']));
    console.log(`        MiB by quarters: ${JSON.stringify(byQuarters(looks))}`);
    expectNoGrowth(looks);
    await untilReleased();
  });

  async function lookAtMemory(): Promise<MemoryLook> {
    const { memoryBytes = NaN } = (await readProcessFacts(service.child.pid!)) ?? {};
    const heap = (what: string) => readMetric(service.url, `nodejs_heap_size_${what}_bytes`);
    return { native: memoryBytes - (await heap('total')), heapUsed: await heap('used') };
  }

  /** Calls of every kind of which too little is sent, as many as a connection may have. */
  function openHalf(session: ClientHttp2Session): ReturnType<typeof endingOf>[] {
    const half = framed(client.method(EMBED).requestSerialize(ONE)).subarray(0, -3);
    return Array.from({ length: CALLS }, (_, n) => {
      const call = openCall(session, n % 2 === 0 ? EMBED : STREAM);
      if (n % 4 > 1) call.write(half);
      return endingOf(call);
    });
  }

  for (const [what, leave] of [
    ['left open', () => undefined],
    ['hung up on', (session: ClientHttp2Session) => session.destroy()],
  ] as const) {
    it(`${CONNECTIONS * CALLS} calls begun and ${what} end in time, keep nobody out and leave nothing behind`, async () => {
      const args = [
        '--max-connections',
        String(MOST_CALLS),
        '--body-timeout',
        '3s',
        '--headers-timeout',
        '3s',
      ];
      await start(args, preload('preload-collect'));
      await client.ask(EMBED, ONE);
      const [held, facts] = [await heldBytes(service), await readProcessFacts(service.child.pid!)];
      const endings: ReturnType<typeof endingOf>[] = [];
      for (let n = 0; n < CONNECTIONS; n++) {
        const session = connectAgain();
        endings.push(...openHalf(session));
        expect(await codeFrom('127.0.0.2'), 'of another caller').to.equal(status.OK);
        leave(session);
      }
      const codes = (await Promise.all(endings)).map((ending) => ending?.code);
      const count = (code: number | undefined) => codes.filter((one) => one === code).length;
      console.log(
        `        ${count(status.RESOURCE_EXHAUSTED)} refused, ${count(status.ABORTED)} waited for in vain, ${count(undefined)} hung up`,
      );
      if (what === 'left open') {
        expect(new Set(codes)).to.deep.equal(new Set([status.RESOURCE_EXHAUSTED, status.ABORTED]));
      }
      await until('their connections are closed', () => sessions.every(({ destroyed }) => destroyed));
      await untilReleased();
      await until('memory is as before', async () => (await heldBytes(service)) - held < LEFT_BYTES);
      const { descriptors = 0 } = (await readProcessFacts(service.child.pid!)) ?? {};
      expect(descriptors - (facts?.descriptors ?? 0), 'descriptors').to.be.at.most(8);
      expect(await statusOf(service)).to.equal(200);
      expect(service.log.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
    });
  }

  /** The status of a whole call from an address of this machine. */
  async function codeFrom(localAddress: string): Promise<number | undefined> {
    const session = connectAgain({ localAddress });
    const call = openCall(session, EMBED);
    call.end(framed(client.method(EMBED).requestSerialize(ONE)));
    const ending = await endingOf(call);
    session.destroy();
    return ending?.code;
  }

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`a stream whose service is ended by ${signal} has outcomes, then a status, and the rest can be sent again`, async () => {
      await start();
      const wanted = new Set(Array.from({ length: 3000 }, (_, id) => id));
      const first = await sendAll(client.openStream(), wanted, (answered) => {
        if (answered === 300) service.child.kill(signal);
      });
      expect(first.code).to.equal(status.UNAVAILABLE);
      if (signal === 'SIGTERM')
        expect(first.details).to.match(/^the service is shutting down; send what was/);
      expect(wanted.size).to.be.within(1, 2999);
      await service.exited;
      client.close();
      await start();
      const second = await sendAll(client.openStream(), wanted, () => undefined);
      expect([second.code, wanted.size]).to.deep.equal([status.OK, 0]);
    });
  }

  /** Sends what is wanted, and strikes out what is answered; resolves with the stream's status. */
  async function sendAll(
    { call, ended }: OpenedStream,
    wanted: Set<number>,
    onAnswer: (answered: number) => void,
  ) {
    let answered = 0;
    call.on('data', ({ id, outcome }: { id: number; outcome: string }) => {
      expect([outcome, wanted.delete(Number(id))]).to.deep.equal(['vector', true]);
      onAnswer(++answered);
    });
    const over = ended.then(() => false);
    for (const id of [...wanted]) {
      if (call.write({ id, item: { text: `text ${id}` } })) continue;
      const goesOn = await Promise.race([
        new Promise<boolean>((resolve) => call.once('drain', () => resolve(true))),
        over,
      ]);
      if (!goesOn) break;
    }
    call.end();
    return ended;
  }
});

/** A JPEG of two kB. */
function smallPhoto(seed: number): Promise<Buffer> {
  const raw = { width: 48, height: 48, channels: 3 as const };
  return sharp(noise(48 * 48 * 3, seed + 1), { raw })
    .jpeg({ quality: 60 })
    .toBuffer();
}
