import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Child } from '../../weaviate/child.js';
import { freePorts } from '../../weaviate/ports.js';
import { startLoadBalancer } from '../support/load-balancer.js';
import type { LoadBalancer } from '../support/load-balancer.js';
import { startReplicas } from '../support/replicas.js';
import type { Replicas } from '../support/replicas.js';
import { readMetric } from '../support/metric.js';

const LIMIT = 500;
const CALLERS = 12;
const PASSWORD = 'p4ssw0rd';

describe('three replicas behind nginx that count their callers in one Redis', function () {
  this.timeout(120_000);
  let folder: string;
  let port: number;
  let redis: Child;
  let replicas: Replicas;
  let balancer: LoadBalancer;
  let lines: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-limits-'));
    [port = 0] = await freePorts(1);
    redis = startRedis();
    const url = `redis://:${PASSWORD}@127.0.0.1:${port}/1`;
    replicas = await startReplicas(3, [
      ...['--modalities', 'text', '--threads', '1'],
      ...['--limits-url', url, '--rate-limit', `${LIMIT}/d`],
    ]);
    balancer = await startLoadBalancer(replicas.list.map((replica) => replica.port));
    await untilAll(1);
  });
  after(async () => {
    await balancer?.stop();
    await replicas?.stop();
    await redis?.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });

  function startRedis(): Child {
    lines = '';
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--requirepass',
      PASSWORD,
    ];
    return Child.start('redis', 'redis-server', args, { onLine: (line) => (lines += `${line}\n`) });
  }

  /** Until each replica says that the store is there, or is not. */
  async function untilAll(isUp: 0 | 1): Promise<void> {
    for (const { url } of replicas.list) {
      const series = `handspring_limits_store_up{store="127.0.0.1:${port}"}`;
      const state = () => readMetric(url, series);
      while ((await state()) !== isUp) await sleep(20);
    }
  }

  const ask = (texts: readonly string[], url = balancer.url) =>
    fetch(`${url}/vectorize`, { method: 'POST', body: JSON.stringify({ texts }) });

  /** Items that are answered until nothing more is, asked for by many at once in requests of one to four. */
  async function askUntilRefused(): Promise<number> {
    let answered = 0;
    let next = 0;
    const caller = async () => {
      for (let refusals = 0; refusals < 3;) {
        const texts = Array.from({ length: 1 + (next % 4) }, () => `text ${next++}`);
        const response = await ask(texts);
        await response.arrayBuffer();
        if (response.status === 200) answered += texts.length;
        else {
          expect(response.status).to.equal(429);
          refusals++;
        }
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    return answered;
  }

  it('give a caller what the limit says, all together', async () => {
    expect(await askUntilRefused(), lines).to.be.within(LIMIT * 0.98, LIMIT);
    for (const { url } of replicas.list) expect((await ask(['a', 'b', 'c', 'd'], url)).status).to.equal(429);
  });

  it('count each for itself while it is gone, and fail no request for it', async () => {
    await redis.stop('SIGKILL');
    await untilAll(0);
    for (const { url } of replicas.list) {
      const started = performance.now();
      expect((await ask(['a'], url)).status).to.equal(200);
      expect(performance.now() - started).to.be.lessThan(5_000);
    }
    expect(await askUntilRefused()).to.be.within(LIMIT * 2, LIMIT * 3);
  });

  it('count together again once it is back', async () => {
    redis = startRedis(); // it has forgotten all
    await untilAll(1);
    expect(await askUntilRefused(), lines).to.be.within(LIMIT * 0.98, LIMIT);
  });

  it('are not held up by one that takes questions and answers none', async () => {
    redis.signal('SIGSTOP');
    try {
      const started = performance.now();
      for (const { url } of replicas.list) expect((await ask(['a'], url)).status).to.equal(200);
      expect(performance.now() - started).to.be.lessThan(5_000);
      await untilAll(0);
    } finally {
      redis.signal('SIGCONT');
    }
    await untilAll(1);
  });
});
