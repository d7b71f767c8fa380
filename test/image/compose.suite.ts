import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { PhotosAnswer, SearchAnswer } from '../../src/photos/index/answers.js';
import { provideServiceImage, readBases, provideWeaviate } from './base-images.js';
import { ask } from './ask.js';
import { builtImage } from './built-image.js';
import { ComposeProject } from './compose-project.js';
import type { Engine } from './engine.js';

const PHOTOS = 19;
/** The health check of the image gives up after 90 s, if nothing tells it to wait. */
const SLOW_SECONDS = 150;

describe('the compose file, brought up', () => {
  let engine: Engine;
  let checkout: string;
  let project: ComposeProject;
  let slow: ComposeProject;
  let slowUp: Promise<string>;

  before(async function () {
    this.timeout(600_000);
    ({ engine, context: checkout } = await builtImage());
    console.log(`      Weaviate: ${await provideWeaviate(engine)}`);
    slow = await ComposeProject.prepare(engine, checkout, 'slow', {
      env: { MODEL: 'someone/clip' },
      more: await slowHub(checkout),
    });
    // In the background of all that follows, as it takes minutes of waiting and nothing else.
    slowUp = slow.run('up', '--detach', 'hub', 'weaviate');
    slowUp.catch(() => undefined);
    project = await ComposeProject.prepare(engine, checkout, 'written');
  });
  after(async function () {
    this.timeout(120_000);
    await project?.run('down', '--volumes');
    await slow?.run('down', '--volumes');
  });

  const search = async (query: string) => {
    const { status, body } = await ask(
      `${project.address(8000)}/search/query?q=${encodeURIComponent(query)}&limit=50`,
    );
    return { status, ...(JSON.parse(body) as SearchAnswer & { code?: string }) };
  };

  /** Asks until it is so, and tells what was seen last. */
  async function until(what: string, seconds: number, look: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!(await look().catch(() => false))) {
      if (performance.now() > end) throw new Error(`still not so after ${seconds} s: ${what}`);
      await sleep(300);
    }
  }

  it('ends at a page that finds photos', async function () {
    this.timeout(400_000);
    const began = performance.now();
    await project.run('up', '--detach');
    console.log(`        up after ${((performance.now() - began) / 1000).toFixed(0)} s`);
    await until('the page finds photos', 60, async () => (await search('a cat')).hits.length > 0);
    console.log(`        after ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const { hits } = await search('a cup of coffee');
    expect(hits[0]?.name).to.match(/coffee-cup/);
    const listed = JSON.parse((await ask(`${project.address(8000)}/search/photos`)).body) as PhotosAnswer;
    expect(listed.photos).to.have.lengthOf(PHOTOS);
  });

  it('gives its containers no rights, a root that is not written to, and a bound on memory', async () => {
    for (const service of ['clip', 'page', 'import']) {
      const id = await project.idOf(service);
      const [{ HostConfig }] = JSON.parse(await engine.docker('inspect', id)) as [
        { HostConfig: { ReadonlyRootfs: boolean; CapDrop: string[]; Memory: number; SecurityOpt: string[] } },
      ];
      expect(HostConfig.ReadonlyRootfs, service).to.equal(true);
      expect(HostConfig.CapDrop, service).to.deep.equal(['ALL']);
      expect(HostConfig.SecurityOpt, service).to.include('no-new-privileges:true');
      expect(HostConfig.Memory, service).to.be.greaterThan(0);
    }
  });

  it('imports nothing twice when it is brought up again', async () => {
    await project.run('up', '--detach');
    await engine.docker('wait', await project.idOf('import'));
    expect(await project.run('logs', 'import')).to.match(new RegExp(`${PHOTOS} unchanged`));
  });

  it('the page says 503 while Weaviate is away, and finds all photos again when it was killed and is back', async () => {
    await engine.docker('kill', await project.idOf('weaviate')); // not restarted by the engine, as a person has done it
    // An address that is gone answers nothing at all, which takes the page longer to believe than a refusal.
    await until('the page says so', 120, async () => (await search('a cat')).status === 503);
    await project.run('up', '--detach', 'weaviate');
    const seen = new Set<number>();
    await until('the page finds all photos', 90, async () => {
      const { status, hits } = await search('a photo');
      seen.add(status);
      return status === 200 && hits.length === PHOTOS;
    });
    expect([...seen].filter((status) => status !== 200 && status !== 503 && status !== 429)).to.deep.equal(
      [],
    );
  });

  it('the page goes on when the module was killed and is back', async () => {
    const id = await project.idOf('clip');
    await engine.docker('kill', id);
    await engine.docker('start', id);
    await until('the page finds photos', 60, async () => (await search('a rocket')).hits.length > 0);
  });

  it('watches it with the profile observe: the module is a target, and no rule fails', async () => {
    await provideServiceImage(engine, 'prometheus', {
      file: '/usr/bin/prometheus',
      at: '/bin/prometheus',
      user: '65534',
      arguments: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
    });
    await project.run('--profile', 'observe', 'up', '--detach', 'prometheus');
    const tell = async <T>(route: string) =>
      (JSON.parse((await ask(`${project.address(9090)}/api/v1/${route}`)).body) as { data: T }).data;
    await until('the module is scraped', 60, async () => {
      const { activeTargets } = await tell<{ activeTargets: { health: string }[] }>('targets');
      return activeTargets.length === 1 && activeTargets[0]?.health === 'up';
    });
    type Rules = { groups: { rules: { name: string; health: string }[] }[] };
    await until('the rules are evaluated', 60, async () => {
      const rules = (await tell<Rules>('rules')).groups.flatMap((group) => group.rules);
      return rules.length >= 10 && rules.every(({ health }) => health === 'ok');
    });
  });

  it(`a first start that fetches its model for ${SLOW_SECONDS} s is waited for`, async function () {
    this.timeout((SLOW_SECONDS + 180) * 1000);
    await slowUp; // ends well once the module is healthy, and not before
    const log = await slow.run('logs', 'clip');
    expect(log).to.match(/"download"/);
    const id = await slow.idOf('clip');
    const [{ RestartCount }] = JSON.parse(await engine.docker('inspect', id)) as [{ RestartCount: number }];
    expect(RestartCount).to.equal(0);
  });

  it('leaves nothing behind when it is taken down with its volumes', async () => {
    await project.run('--profile', 'observe', 'down', '--volumes');
    const volumes = await engine.docker('volume', 'ls', '--quiet', '--filter', 'name=written_');
    expect(volumes.trim()).to.equal('');
  });
});

/** A hub beside the module, and the module told to fetch from there. */
async function slowHub(checkout: string): Promise<object> {
  return {
    services: {
      hub: {
        image: (await readBases()).build,
        command: ['node', '/hub.mjs'],
        environment: { SECONDS: String(SLOW_SECONDS) },
        volumes: [
          `${path.join(checkout, 'models', 'starter')}:/model:ro`,
          `${path.join(checkout, 'test', 'image', 'slow-hub.mjs')}:/hub.mjs:ro`,
        ],
      },
      clip: { environment: { HF_ENDPOINT: 'http://hub' } },
    },
  };
}
