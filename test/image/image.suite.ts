import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { LARGEST_KINDS, makeLargest } from '../support/largest-image.js';
import { readMetric } from '../support/metric.js';
import { vectorize } from '../support/vectorize.js';
import { builtImage } from './built-image.js';
import { Container, HARDENED } from './container.js';
import type { Engine } from './engine.js';
import { filesOf, packagesOf, productionPackages } from './contents.js';

/** With the base's 150 MB; ours is some 195: node_modules 155, the model 33, samples, the program. */
const MOST_BYTES = 370e6;
const MOST_LAYERS = 12;
/** What a burst may ask for, and how many at once: as it was when a limit of 384 MiB was told to be enough, and was not. */
const CALLERS = 12;
const BURST_MS = 20_000;
const ANSWERED = 'handspring_requests_total{route="vectorize",modality="image",outcome="ok"}';

describe('the image, built from a checkout that its owner alone may read', () => {
  let engine: Engine;
  const containers: Container[] = [];
  before(async function () {
    this.timeout(600_000);
    ({ engine } = await builtImage());
  });
  afterEach(async () => {
    for (const container of containers.splice(0)) await container.remove();
  });

  async function start(options: readonly string[] = [], command: readonly string[] = []): Promise<Container> {
    const container = await Container.run(engine, [...HARDENED, ...options], command);
    containers.push(container);
    return container;
  }

  /** Runs a command of the program to its end: what it printed, and its exit code. */
  async function runToEnd(options: readonly string[], command: readonly string[]) {
    const container = await start(options, command);
    return { code: await container.ended(), printed: await container.logs() };
  }

  describe('what is in it', () => {
    it('is of a bounded size and few layers', async () => {
      const [{ Size, RootFS }] = JSON.parse(await engine.docker('inspect', 'handspring')) as [
        { Size: number; RootFS: { Layers: string[] } },
      ];
      console.log(`        ${(Size / 1e6).toFixed(0)} MB, ${RootFS.Layers.length} layers`);
      expect(Size).to.be.below(MOST_BYTES);
      expect(RootFS.Layers).to.have.length.at.most(MOST_LAYERS);
    });

    it('are the packages that the program runs with, those of this platform alone', async () => {
      const found = packagesOf(await filesOf(engine));
      expect(found).to.deep.equal(productionPackages());
    });

    it('are no tests, maps, sources, shells or files that run as another user', async () => {
      const files = await filesOf(engine);
      const ours = files.filter(({ name }) => name.startsWith('app/'));
      expect(ours.length).to.be.greaterThan(500);
      const needless = ours.filter(({ name }) =>
        /\.map$|^app\/(test|bench|src|scripts|docs)\/|^app\/dist\/(test|bench)\//.test(name),
      );
      expect(needless.map(({ name }) => name)).to.deep.equal([]);
      const risky = files.filter(
        ({ name, mode }) => /^-.*[sS]/.test(mode) || /(^|\/)(ba|da|a)?sh$|(^|\/)busybox$/.test(name),
      );
      expect(risky.map(({ mode, name }) => `${mode} ${name}`)).to.deep.equal([]);
    });

    it("are program files that belong to root and that others may read, and a cache that is the program's", async () => {
      const files = await filesOf(engine);
      const foreign = files.filter(({ name, owner }) => /^app(\/|$)/.test(name) && owner !== '0/0');
      expect(foreign.map(({ name }) => name)).to.deep.equal([]);
      const unreadable = files.filter(({ name, mode }) => /^app(\/|$)/.test(name) && mode[7] !== 'r');
      expect(unreadable.map(({ name }) => name)).to.deep.equal([]);
      expect(files.find(({ name }) => name === 'cache/')?.owner).to.equal('65532/65532');
    });
  });

  describe('in 512 MiB, with a root that is not written to, without rights', () => {
    const limits = ['--memory', '512m', '--cpus', '2'];

    it('is ready, healthy, and answers what the README shows', async () => {
      const container = await start(limits);
      const url = await container.ready();
      const [, first = '', second = ''] =
        /"textVectors": \[\[(-?[\d.]+), (-?[\d.]+)/.exec(readFileSync(new URL('README.md', ROOT), 'utf8')) ??
        [];
      const [, text = ''] =
        /"texts": ?\["([^"]+)"/.exec(readFileSync(new URL('README.md', ROOT), 'utf8')) ?? [];
      const { textVectors } = await vectorize(url, { texts: [text] });
      expect(textVectors[0]?.[0]).to.be.closeTo(Number(first), 1e-6);
      expect(textVectors[0]?.[1]).to.be.closeTo(Number(second), 1e-6);
      for (let i = 0; (await container.inspect()).State.Health?.Status !== 'healthy'; i++) {
        expect(i, 'seconds until the health check has run').to.be.below(30);
        await sleep(1000);
      }
    });

    it('runs as nobody, without a capability, a way to new ones, or a network', async () => {
      const container = await start([...limits, '--network', 'none']);
      await container.engine.docker('exec', container.id, '/nodejs/bin/node', '-e', waitUntilReady());
      const { Pid } = (await container.inspect()).State;
      const status = readFileSync(`/proc/${Pid}/status`, 'utf8');
      expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).to.equal('65532');
      expect(/^CapEff:\s+(\w+)/m.exec(status)?.[1]).to.match(/^0+$/);
      expect(/^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]).to.equal('1');
      expect(/^Seccomp:\s+(\d)/m.exec(status)?.[1]).to.equal('2');
    });

    it('runs under any user that a platform picks', async () => {
      const container = await start([...limits, '--user', '123456:0']);
      expect((await vectorize(await container.ready(), { texts: ['a'] })).status).to.equal(200);
    });

    it('logs lines of JSON, of process 1', async () => {
      const container = await start(limits);
      await container.ready();
      const lines = (await container.logs()).trim().split('\n');
      const parsed = lines.map((line) => JSON.parse(line) as { pid: number; msg: string });
      expect(parsed.map(({ pid }) => pid)).to.deep.equal(parsed.map(() => 1));
      expect(parsed.some(({ msg }) => msg === 'ready')).to.equal(true);
    });

    it('answers what it has admitted when it is told to stop, and ends with 0', async () => {
      const container = await start(limits);
      const url = await container.ready();
      await container.signal('HUP'); // ignored
      const photo = readFileSync(path.join(fileURLToPath(ROOT), 'samples', 'coffee-cup.jpg'));
      const answers = Array.from({ length: CALLERS }, () =>
        vectorize(url, { images: Array<Buffer>(8).fill(photo) }),
      );
      for (let seen = 0; seen < CALLERS; await sleep(20)) {
        const ended = (await readMetric(url, ANSWERED)) || 0;
        seen = ended + (await readMetric(url, 'handspring_items_admitted')) / 8;
      }
      await container.signal('TERM');
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      expect(statuses).to.deep.equal(statuses.map(() => 200));
      expect(await container.ended()).to.equal(0);
    });
  });

  for (const [memory, bytes] of [
    ['512m', 2 ** 29],
    ['1g', 2 ** 30],
  ] as const) {
    it(`is not killed in ${memory} by ${CALLERS} callers with the largest images it takes`, async function () {
      this.timeout(400_000);
      const container = await start(['--memory', memory, '--cpus', '2']);
      const url = await container.ready();
      const images = await Promise.all(LARGEST_KINDS.map((kind) => makeLargest(kind, bytes)));
      const statuses = new Map<number, number>();
      const end = performance.now() + BURST_MS;
      const caller = async (i: number) => {
        for (let at = i; performance.now() < end; at++) {
          const image = images[at % images.length] as Buffer;
          const { status } = await vectorize(url, { images: [image] });
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status !== 200) await sleep(50);
        }
      };
      await Promise.all(Array.from({ length: CALLERS }, (_, i) => caller(i)));
      const { State, RestartCount } = await container.inspect();
      console.log(`        answers: ${JSON.stringify(Object.fromEntries(statuses))}`);
      expect({ killed: State.OOMKilled, status: State.Status, restarts: RestartCount }).to.deep.equal({
        killed: false,
        status: 'running',
        restarts: 0,
      });
      expect(statuses.get(200)).to.be.greaterThan(0);
      expect([...statuses.keys()].filter((status) => status !== 200 && status !== 429)).to.deep.equal([]);
    });
  }

  describe('what it says when something is not as it needs it', () => {
    it('a model that is not there ends it with the reason', async () => {
      const { code, printed } = await runToEnd(['--env', 'MODEL=nonsense', '--network', 'none'], []);
      expect(code).to.equal(2); // a wrong option
      expect(printed).to.match(/nonsense/);
      expect(printed).to.not.match(/\n {4}at /);
    });

    it('a cache that it may not write to is no lack of room, and a volume cures it', async () => {
      const int8 = ['--env', 'PRECISION=int8', '--memory', '1g'];
      const { code, printed } = await runToEnd(int8, []);
      expect(code).to.equal(1);
      expect(printed).to.match(/CACHE_DIR: expected a folder that .* can be written into/);
      expect(printed).to.not.match(/free some space/);
      const container = await start([...int8, '--volume', '/cache/derived']);
      const url = await container.ready();
      const meta = (await (await fetch(`${url}/meta`)).json()) as object;
      expect(JSON.stringify(meta)).to.match(/int8/);
    });

    it('an import whose report cannot be written still tells what it did', async () => {
      const { code, printed } = await runToEnd(
        ['--network', 'none'],
        ['import', 'samples', '--weaviate', 'http://127.0.0.1:9', '--collection', 'Photo'],
      );
      expect(code).to.be.greaterThan(0);
      expect(printed).to.not.match(/\n {4}at |UnhandledPromise/);
    });

    it('a model that is none fails the build at once, by its name', async () => {
      const { context } = await builtImage();
      const began = performance.now();
      const failure = await engine
        .docker('build', '--build-arg', 'MODEL=nonsense', context)
        .catch(({ message }: Error) => message);
      expect(failure).to.match(/nonsense/);
      expect(performance.now() - began).to.be.below(60_000);
    });
  });

  it('shows the samples as a search page', async () => {
    const container = await start(['--tmpfs', '/tmp'], ['demo', '--host', '0.0.0.0', '--port', '8080']);
    const url = await container.ready();
    const page = await fetch(url);
    expect(page.headers.get('content-type')).to.match(/html/);
  });
});

/** For a container without a network: a program in it that ends well once the service is ready. */
function waitUntilReady(): string {
  return `const look = () => fetch('http://127.0.0.1:8080/.well-known/ready').then((r) => r.ok ? process.exit(0) : setTimeout(look, 200), () => setTimeout(look, 200)); look()`;
}
