import { connect } from 'node:net';
import { expect } from 'chai';
import sharp from 'sharp';
import { Pool } from 'undici';
import { readMetric } from '../support/metric.js';
import { fixtureFolder } from '../support/model-fixture.js';
import { readProcessFacts } from '../support/process-facts.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';
import { quantile, statusOf, until } from './faulty.js';

const OVERLOAD_SECONDS = Number(process.env['OVERLOAD_SECONDS'] ?? 60);
const PENDING = 64;
/** Wide, as test machines are shared: it is without bound that a queue without a limit would grow. */
const QUEUE_TIMES = 4;
const SLACK_MS = 2000;
const MEMORY_GROWTH_BYTES = 150 * 2 ** 20;

interface Seen {
  readonly status: number;
  readonly ms: number;
}

describe('a service under load', () => {
  let service: ServiceProcess;
  afterEach(() => service.stop());

  async function makeBody(side: number): Promise<string> {
    const image = sharp({ create: { width: side, height: side, channels: 3, background: 'teal' } });
    const base64 = (await image.jpeg().toBuffer()).toString('base64');
    return JSON.stringify({ images: Array<string>(4).fill(base64) });
  }

  async function send(pool: Pool, body: string): Promise<Seen> {
    const started = performance.now();
    const answer = await pool.request({ method: 'POST', path: '/vectorize', body });
    await answer.body.dump();
    return { status: answer.statusCode, ms: performance.now() - started };
  }

  /** From now until a request is answered again, tried anew as soon as it is refused. */
  async function timeToAnswer(pool: Pool, body: string): Promise<number> {
    const started = performance.now();
    while ((await send(pool, body)).status !== 200);
    return performance.now() - started;
  }

  it('of ten times what it can do: the admitted are answered in time, the others refused at once, and then all is as before', async () => {
    service = await startServiceProcess(['--max-pending-items', String(PENDING), '--log-level', 'info']);
    const pool = new Pool(service.url, { connections: 256 });
    const body = await makeBody(300);
    const inTurn = async (count: number) => {
      for (let i = 0; i < count; i++) await send(pool, body);
    };
    await inTurn(4);
    const begun = performance.now();
    await Promise.all([inTurn(6), inTurn(6)]);
    const requestMs = (performance.now() - begun) / 12;
    let before: Awaited<ReturnType<typeof readProcessFacts>>;
    const seen: Promise<Seen>[] = [];
    const end = performance.now() + OVERLOAD_SECONDS * 1000;
    const third = performance.now() + (OVERLOAD_SECONDS * 1000) / 3;
    while (performance.now() < end) {
      // Once the queue has been full: from then on the memory has to be flat.
      if (!before && performance.now() > third) before = await readProcessFacts(service.child.pid ?? NaN);
      for (let i = 0; i < 10; i++) seen.push(send(pool, body));
      await new Promise((resolve) => setTimeout(resolve, requestMs));
    }
    const firstAnswerMs = await timeToAnswer(pool, body);
    const all = await Promise.all(seen);
    const admitted = all.filter(({ status }) => status === 200).map(({ ms }) => ms);
    const refused = all.filter(({ status }) => status === 429).map(({ ms }) => ms);
    const p99 = quantile(admitted, 0.99);
    console.log(
      `        ${all.length} requests, one takes ${requestMs.toFixed(0)} ms: ${admitted.length} admitted, p99 ${p99.toFixed(0)} ms; ` +
        `${refused.length} refused, median ${quantile(refused, 0.5).toFixed(0)} ms, p99 ${quantile(refused, 0.99).toFixed(0)} ms; ` +
        `answered again after ${firstAnswerMs.toFixed(0)} ms`,
    );
    expect(admitted.length + refused.length).to.equal(all.length);
    expect(refused.length).to.be.greaterThan(admitted.length);
    const queueMs = (PENDING * requestMs) / 4;
    expect(p99).to.be.lessThan(QUEUE_TIMES * queueMs + SLACK_MS);
    expect(quantile(refused, 0.5)).to.be.lessThan(quantile(admitted, 0.5) / 2);
    expect(quantile(refused, 0.99)).to.be.lessThan(quantile(admitted, 0.5));
    expect(firstAnswerMs).to.be.lessThan(QUEUE_TIMES * queueMs + SLACK_MS);
    const after = await readProcessFacts(service.child.pid ?? NaN);
    if (before && after) expect(after.memoryBytes - before.memoryBytes).to.be.lessThan(MEMORY_GROWTH_BYTES);
    await pool.close();
  });

  it('that is told to stop loses no request that it has admitted', async () => {
    service = await startServiceProcess(['--model', fixtureFolder('clip')]);
    const { url, child } = service;
    let answered = 0;
    let stopping = false;
    const call = async () => {
      while (!stopping) {
        const status = await statusOf({ url }).catch(() => undefined); // not let in any more: refused, or cut before a request
        if (status === 200) answered++;
        else if (status !== undefined) throw new Error(`answered ${status}`);
      }
    };
    const callers = Array.from({ length: 16 }, call);
    await until('the load is on', () => answered > 200);
    child.kill('SIGTERM');
    expect(await service.exited).to.equal(0);
    stopping = true;
    await Promise.all(callers);
    const outcomes = service.log.filter(({ msg }) => msg === 'request').map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome !== 'ok')).to.deep.equal([]);
    expect(answered).to.equal(outcomes.length);
  });

  it('of images as large as allowed, many at once, stays within the pixels it may hold', async () => {
    const pixels = 16_000_000;
    service = await startServiceProcess([
      ...['--model', fixtureFolder('clip'), '--max-image-pixels', String(pixels)],
      ...['--max-pending-pixels', String(2 * pixels), '--prepare-threads', '4'],
    ]);
    const image = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const before = await readProcessFacts(service.child.pid ?? NaN);
    let peak = 0;
    const watch = setInterval(() => {
      void readProcessFacts(service.child.pid ?? NaN).then((facts) => {
        peak = Math.max(peak, facts?.memoryBytes ?? 0);
      });
    }, 50);
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => vectorize(service.url, { images: [image, image] })),
    );
    clearInterval(watch);
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(24).fill(200));
    expect(service.child.exitCode).to.equal(null);
    // Two images at once, three bytes a pixel, and as much again for what is copied and not yet collected.
    const bound = (before?.memoryBytes ?? 0) + 3 * 2 * pixels * 3 + MEMORY_GROWTH_BYTES;
    if (before) expect(peak).to.be.lessThan(bound);
  });

  it('on more connections than MAX_CONNECTIONS answers those within and refuses the others', async () => {
    service = await startServiceProcess(['--model', fixtureFolder('clip'), '--max-connections', '50']);
    const { port, hostname } = new URL(service.url);
    const sockets = Array.from({ length: 100 }, () => connect(Number(port), hostname).resume());
    sockets.forEach((socket) => socket.on('error', () => undefined));
    const refused = 'handspring_connections_refused_total{reason="limit"}';
    let closed = 0;
    sockets.forEach((socket) => socket.once('close', () => closed++));
    await until('fifty are closed', () => closed >= 50);
    sockets.forEach((socket) => socket.destroy());
    await until('there is room again', () =>
      statusOf(service).then(
        (status) => status === 200,
        () => false,
      ),
    );
    expect(await readMetric(service.url, refused)).to.be.at.least(50);
  });
});
