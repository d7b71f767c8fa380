import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { freePorts } from '../../weaviate/ports.js';
import { startLoadBalancer } from '../support/load-balancer.js';
import type { LoadBalancer } from '../support/load-balancer.js';
import { startStandIn } from './stand-in-replica.js';
import type { StandInReplica } from './stand-in-replica.js';

const MiB = 2 ** 20;
/** A text, the photos that Weaviate sends most, and MAX_BODY_BYTES. */
const SIZES = [100, 1 * MiB, 15 * MiB, 65 * MiB];

describe('nginx in front of replicas', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  async function replica(answer: Parameters<typeof startStandIn>[0]): Promise<StandInReplica> {
    const started = await startStandIn(answer);
    stops.push(() => started.stop());
    return started;
  }
  async function before(ports: readonly number[]): Promise<LoadBalancer> {
    const started = await startLoadBalancer(ports);
    stops.push(() => started.stop());
    return started;
  }
  const post = (url: string, body: Uint8Array<ArrayBuffer>) =>
    fetch(`${url}/vectorize`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

  for (const size of SIZES) {
    it(`sends a body of ${size} bytes whole to another replica when the first dies over it`, async () => {
      const dying = await replica('break');
      const living = await replica('digest');
      const { url } = await before([dying.port, living.port]);
      const body = Buffer.alloc(size, 'photo');
      // One of the first two requests begins at the dying replica.
      for (let request = 1; request <= 2; request++) {
        const response = await post(url, body);
        expect(response.status).to.equal(200);
        expect(await response.text()).to.equal(createHash('sha256').update(body).digest('hex'));
      }
      expect(dying.bodies).to.deep.equal([size]);
      expect(living.bodies).to.deep.equal([size, size]);
    });
  }

  it('goes past a replica that is not there, and one that is not ready', async () => {
    const [nobody = 0] = await freePorts(1);
    const loading = await replica(503);
    const living = await replica('digest');
    const { url } = await before([nobody, loading.port, living.port]);
    for (let request = 1; request <= 6; request++) {
      const response = await post(url, Buffer.alloc(MiB));
      expect(response.status).to.equal(200);
      await response.text();
    }
    expect(living.bodies).to.have.length(6);
  });

  it('gives a request over which a replica has died to one other, whatever becomes of that', async () => {
    const dying = await Promise.all(Array.from({ length: 4 }, () => replica('break')));
    const { url } = await before(dying.map(({ port }) => port));
    const response = await post(url, Buffer.alloc(MiB));
    expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '1']);
    expect(await response.json()).to.have.property('code', 'not_ready');
    expect(dying.flatMap(({ bodies }) => bodies)).to.deep.equal([MiB, MiB]);
  });

  it('goes past all that are not there before and after one that dies', async () => {
    const dying = await replica('break');
    const living = await replica('digest');
    const balancer = await before([...(await freePorts(3)), dying.port, living.port]);
    for (let request = 1; request <= 4; request++)
      expect((await post(balancer.url, Buffer.alloc(MiB))).status).to.equal(200);
    expect(living.bodies).to.have.length(4);
    const tries = balancer.log().map(({ tries }) => tries.filter(({ connected }) => connected).length);
    expect(Math.max(...tries), 'times that a request was sent').to.equal(2);
  });

  it('lets a replica alone for a while that has failed', async () => {
    const loading = await replica(503);
    const living = await replica('digest');
    const { url } = await before([loading.port, living.port]);
    // Far more than one would be its share; a second one comes where the machine is slow.
    for (let request = 1; request <= 40; request++) await (await post(url, Buffer.alloc(10))).text();
    expect(living.bodies).to.have.length(40);
    expect(loading.bodies).to.have.length.within(1, 4);
  });

  for (const status of [422, 429, 500, 504]) {
    it(`passes ${status} on as it is, and asks no other replica`, async () => {
      const replicas = [await replica(status), await replica(status)];
      const { url } = await before(replicas.map(({ port }) => port));
      const response = await post(url, Buffer.alloc(10));
      expect(response.status).to.equal(status);
      expect(await response.json()).to.deep.equal({ error: 'no', code: 'no' });
      expect(replicas.flatMap(({ bodies }) => bodies)).to.have.length(1);
    });
  }

  it('answers in the service’s own form when no replica does', async () => {
    const { url } = await before(await freePorts(3));
    for (const path of ['/.well-known/ready', '/meta', '/vectorize']) {
      const response = await fetch(`${url}${path}`);
      expect([response.status, response.headers.get('retry-after')], path).to.deep.equal([503, '1']);
      expect(response.headers.get('content-type'), path).to.equal('application/json');
      expect(await response.json(), path).to.deep.equal({
        error: 'no replica answers; try again',
        code: 'not_ready',
      });
    }
  });

  it('refuses what is too large in the service’s own form', async () => {
    const { port } = await replica('digest');
    const { url } = await before([port]);
    const response = await post(url, Buffer.alloc(81 * MiB));
    expect(response.status).to.equal(413);
    expect(await response.json()).to.have.property('code', 'payload_too_large');
  });
});
