import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { readMetric } from '../support/metric.js';
import { fixtureFolder, readPixelFile } from '../support/model-fixture.js';
import { seededRandom } from '../support/random.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';
import { heldBytes, preload, statusOf, until } from './faulty.js';

const MODEL = fixtureFolder('clip');
const LORISES = 200;
/** Callers that do not read, and requests of each: their answers are 9 MB, of which the system holds about three. */
const DEAF = 100;
const REQUESTS = 8;
/** Without a limit on unread answers they hold 390 MB; with it 80 at most, most of it garbage of a moment. */
const DEAF_MEMORY_BYTES = 200 * 2 ** 20;

describe('callers that misbehave', () => {
  let service: ServiceProcess;
  afterEach(() => service.stop());

  /** Connections that send their bytes one by one, as slowly as will do. */
  function openLorises(request: string): { sockets: Socket[]; closed: Promise<unknown>; stop(): void } {
    const { port, hostname } = new URL(service.url);
    const sockets = Array.from({ length: LORISES }, () => connect(Number(port), hostname));
    let at = 0;
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write(request[at] ?? 'a');
      at++;
    }, 100);
    const closed = Promise.all(
      sockets.map((socket) => {
        socket.on('error', () => undefined).resume();
        return new Promise((resolve) => socket.once('close', resolve));
      }),
    );
    return {
      sockets,
      closed,
      stop: () => (clearInterval(drip), sockets.forEach((socket) => socket.destroy())),
    };
  }

  for (const [what, request] of [
    ['header lines', 'POST /vectorize HTTP/1.1\r\nX-Slow: '],
    ['bodies', 'POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n{"texts":["'],
  ] as const) {
    it(`${LORISES} that send ${what} byte by byte keep nobody out, and are cut off in time`, async () => {
      service = await startServiceProcess([
        ...['--model', MODEL, '--headers-timeout', '3s', '--body-timeout', '3s'],
      ]);
      const whole = request.length > 40 ? request.slice(0, request.lastIndexOf('{')) : '';
      const lorises = openLorises(request.slice(whole.length));
      for (const socket of lorises.sockets) if (whole !== '') socket.write(whole);
      try {
        for (let i = 0; i < 20; i++) expect(await statusOf(service)).to.equal(200);
        await lorises.closed;
      } finally {
        lorises.stop();
      }
      expect(await statusOf(service)).to.equal(200);
      const refused = 'handspring_connections_refused_total{reason="timeout"}';
      expect(await readMetric(service.url, refused)).to.be.at.least(LORISES);
    });
  }

  it('that announce large bodies and send nothing keep nobody out, and are cut off for MIN_BODY_RATE', async () => {
    service = await startServiceProcess(['--model', MODEL, '--max-pending-bytes', '1MB']);
    const { port, hostname } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    socket.write('POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n{');
    const slow = 'handspring_connections_refused_total{reason="slow_body"}';
    await until('it is cut off', async () => {
      expect(await statusOf(service)).to.equal(200);
      return (await readMetric(service.url, slow)) === 1;
    });
    socket.destroy();
  });

  /** Connections that each send some requests and never read the answers, which are larger than what the system holds. */
  function openDeaf(count: number, bodyBytes: number): Socket[] {
    const body = JSON.stringify({ texts: Array<string>(256).fill('a') }).padEnd(bodyBytes);
    const request = `POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const { port, hostname } = new URL(service.url);
    return Array.from({ length: count }, () => {
      const socket = connect(Number(port), hostname).on('error', () => undefined);
      socket.write(request.repeat(REQUESTS));
      return socket;
    });
  }
  const cut = () => readMetric(service.url, 'handspring_connections_refused_total{reason="slow_reader"}');

  it(`${DEAF} that never read their answers keep nobody out, fill no memory and are cut off`, async () => {
    const bodyBytes = 8192;
    service = await startServiceProcess(
      [
        ...['--cache-bytes', '1MB', '--max-pending-items', '1000000', '--response-timeout', '10s'],
        ...['--max-pending-bytes', String(DEAF * REQUESTS * bodyBytes)],
      ],
      preload('preload-collect'),
    );
    await vectorize(service.url, { texts: ['a'] }); // into the cache, or all would wait for it and be answered in one go
    const before = await heldBytes(service);
    const sockets = openDeaf(DEAF, bodyBytes);
    let most = 0;
    await until('most of them are cut, long before RESPONSE_TIMEOUT', async () => {
      expect(await statusOf(service)).to.equal(200);
      most = Math.max(most, (await heldBytes(service)) - before);
      return (await cut()) >= DEAF * 0.8;
    });
    expect(most, 'bytes held').to.be.lessThan(DEAF_MEMORY_BYTES);
    await until('all are cut', async () => (await cut()) >= DEAF);
    sockets.forEach((socket) => socket.destroy());
  });

  it('that hang up at any moment leave nothing behind', async () => {
    service = await startServiceProcess(['--model', MODEL]);
    const random = seededRandom(7);
    const image = readPixelFile('jpeg-420.jpg').toString('base64');
    const body = JSON.stringify({ texts: ['a', 'b'], images: Array<string>(8).fill(image) });
    const request = `POST /vectorize HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const { port, hostname } = new URL(service.url);
    const hangUp = () =>
      new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(random() < 0.5 ? request : request.slice(0, Math.floor(random() * request.length)));
          setTimeout(() => (random() < 0.5 ? socket.destroy() : socket.resetAndDestroy()), random() * 60);
        });
        socket.on('error', () => undefined).once('close', resolve);
      });
    for (let round = 0; round < 15; round++) await Promise.all(Array.from({ length: 20 }, hangUp));
    await until(
      'no item is held',
      async () => (await readMetric(service.url, 'handspring_items_admitted')) === 0,
    );
    expect(await statusOf(service)).to.equal(200);
    expect(service.log.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
  });
});
