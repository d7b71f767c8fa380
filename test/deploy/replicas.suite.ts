import { expect } from 'chai';
import { vectors } from 'weaviate-client';
import type { Collection } from 'weaviate-client';
import { storedVector } from '../support/weaviate-collection.js';
import type { Shown } from '../support/weaviate-collection.js';
import { picture, pictures } from '../support/weaviate-images.js';
import { answeredRequests, vectorize } from '../support/weaviate-module.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { expectSameVector } from '../support/weaviate-vectors.js';
import { startLoadBalancer } from '../support/load-balancer.js';
import type { LoadBalancer, LoggedRequest } from '../support/load-balancer.js';
import { startReplicas } from '../support/replicas.js';
import type { Replica, Replicas } from '../support/replicas.js';

const IMPORTERS = 4;
const PER_BATCH = 20;
/** Rounds after which a kill must have met a request, which it nearly always does in the first. */
const MOST_KILLS = 10;

interface Batch {
  readonly seeds: readonly number[];
  readonly uuids: Readonly<Record<number, string>>;
  readonly errors: Readonly<Record<number, { readonly message: string }>>;
}

describe('three replicas behind nginx, of which some are killed and drained during a Weaviate import', () => {
  let stack: Stack | undefined;
  let replicas: Replicas;
  let balancer: LoadBalancer | undefined;
  let collection: Collection<Shown>;
  let batches: Batch[];
  let exitCodes: (number | null)[];

  before(async () => {
    stack = await startStack({ model: MODELS.starter, flags: ['--modalities', 'text'] });
    replicas = await startReplicas(3, ['--threads', '1']);
    const { hostname } = new URL(stack.inferenceUrl);
    const isLocal = hostname === '127.0.0.1';
    balancer = await startLoadBalancer(
      replicas.list.map(({ port }) => port),
      { listenHost: isLocal ? '127.0.0.1' : '0.0.0.0' },
    );
    const inferenceUrl = `http://${hostname}:${balancer.port}`;
    collection = await stack.create(vectors.multi2VecClip({ imageFields: ['image'], inferenceUrl }));
    const importing = startImport(collection);
    exitCodes = await disturb(replicas.list, balancer).finally(importing.finish);
    batches = await importing.done;
  });
  after(async () => {
    await balancer?.stop();
    await replicas?.stop();
    await stack?.stop();
  });

  it('lose no object, and tell Weaviate of no error', async () => {
    expect(batches.flatMap(({ errors }) => Object.values(errors))).to.deep.equal([]);
    expect(batches).to.have.length.of.at.least(IMPORTERS);
    expect(await collection.length()).to.equal(batches.length * PER_BATCH);
  });

  it('give every object its own vector', async () => {
    // One of each batch, at another place in each.
    for (const [number, { seeds, uuids }] of batches.entries()) {
      const at = number % PER_BATCH;
      const image = await picture(seeds[at] ?? 0);
      const own = await vectorize(balancer?.url ?? '', { images: [image] });
      expectSameVector(await storedVector(collection, uuids[at] ?? ''), own.imageVectors[0] ?? []);
    }
  });

  it('drain within their time', () => {
    expect(exitCodes).to.deep.equal([0, 0]);
  });

  it('had requests that died with one replica and were answered by another', () => {
    expect(balancer?.log().filter(diedAndAnswered)).to.not.be.empty;
  });

  it('all take part again afterwards', async () => {
    const [image = ''] = await pictures(1);
    for (const { url } of replicas.list) {
      const before = await answeredRequests(url);
      while ((await answeredRequests(url)) === before) {
        await Promise.all(
          Array.from({ length: 6 }, () => vectorize(balancer?.url ?? '', { images: [image] })),
        );
      }
    }
  });
});

/** Batches of new pictures one after the other, several at once, until `finish` is called. */
function startImport(collection: Collection<Shown>) {
  const batches: Batch[] = [];
  let going = true;
  let next = 0;
  const importer = async () => {
    while (going) {
      const first = next;
      next += PER_BATCH;
      const images = await pictures(PER_BATCH, first);
      const { uuids, errors } = await collection.data.insertMany(
        images.map((image) => ({ properties: { image } })),
      );
      batches.push({ seeds: images.map((_, at) => first + at), uuids, errors });
    }
  };
  const done = Promise.all(Array.from({ length: IMPORTERS }, importer)).then(() => batches);
  return { done, finish: () => void (going = false) };
}

/** One replica after the other is killed, drained, and two at once; gives the exit codes of the drained. */
async function disturb(
  [first, second, third]: readonly Replica[],
  balancer: LoadBalancer,
): Promise<(number | null)[]> {
  if (!first || !second || !third) throw new Error('three replicas are needed');
  for (let kills = 0; !balancer.log().some(diedAndAnswered); kills++) {
    expect(kills, 'kills that met no request').to.be.lessThan(MOST_KILLS);
    await first.busy();
    await first.kill();
    await second.busy();
    await first.restart();
  }
  await second.busy();
  const codes = [await second.drain()];
  await second.restart();
  // Now the third is alone.
  await Promise.all([first.busy(), second.busy()]);
  const [code] = await Promise.all([second.drain(), first.kill()]);
  codes.push(code);
  await third.busy();
  await Promise.all([first.restart(), second.restart()]);
  return codes;
}

function diedAndAnswered({ path, status, tries }: LoggedRequest): boolean {
  const died = tries.slice(0, -1).some((attempt) => attempt.connected && attempt.status === 502);
  return path === '/vectorize' && status === 200 && died;
}
