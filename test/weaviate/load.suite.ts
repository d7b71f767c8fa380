import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { vectors } from 'weaviate-client';
import type { Collection } from 'weaviate-client';
import { storedVector } from '../support/weaviate-collection.js';
import type { Shown } from '../support/weaviate-collection.js';
import { pictures } from '../support/weaviate-images.js';
import { vectorize } from '../support/weaviate-module.js';
import { GIVEN_URL, MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { expectSameVector } from '../support/weaviate-vectors.js';

const BATCHES = 2 * availableParallelism() * 3;
const PER_BATCH = 24;
/** Weaviate gives each try of its start-up probe so long, and clients connect no faster than `/v1/meta` answers. */
const PROBE_LIMIT_MS = 500;
const PROBE_PAUSE_MS = 100;

interface Probe {
  readonly path: string;
  readonly ms: number;
  readonly ok: boolean;
  /** Images that waited for the tower when the probe was sent. */
  readonly waiting: number;
}

describe(`${BATCHES} batches of ${PER_BATCH} images at once`, () => {
  let stack: Stack;
  let collection: Collection<Shown>;
  let images: string[];
  let results: Awaited<ReturnType<typeof collection.data.insertMany>>[];
  let probes: Probe[];

  before(async () => {
    stack = await startStack({ model: MODELS.starter });
    images = await pictures(BATCHES * PER_BATCH);
    collection = await stack.create(
      vectors.multi2VecClip({ imageFields: ['image'], inferenceUrl: stack.inferenceUrl }),
    );
    const stopProbing = startProbing(stack);
    results = await Promise.all(
      Array.from({ length: BATCHES }, (_, batch) =>
        collection.data.insertMany(
          images
            .slice(batch * PER_BATCH, (batch + 1) * PER_BATCH)
            .map((image) => ({ properties: { image } })),
        ),
      ),
    );
    probes = await stopProbing();
  });
  after(() => stack?.stop());

  it('are stored whole, each object with its own vector', async () => {
    for (const { errors } of results) expect(errors).to.deep.equal({});
    expect(await collection.length()).to.equal(images.length);
    // One of each batch, at another place in each.
    for (const [batch, { uuids }] of results.entries()) {
      const at = batch % PER_BATCH;
      const own = await vectorize(stack.moduleUrl, { images: [images[batch * PER_BATCH + at] ?? ''] });
      expectSameVector(await storedVector(collection, uuids[at] ?? ''), own.imageVectors[0] ?? []);
    }
  });

  it(`hold up neither Weaviate’s meta nor its readiness for ${PROBE_LIMIT_MS} ms`, function () {
    if (GIVEN_URL !== undefined) this.skip(); // a given Weaviate asks the module it was started with, not this one
    // At least some must have met a tower with a queue, or they have shown nothing.
    expect(probes.filter(({ waiting }) => waiting > 0).length).to.be.at.least(10);
    expect(probes.filter(({ ok, ms }) => !ok || ms >= PROBE_LIMIT_MS)).to.deep.equal([]);
  });
});

/** Probes Weaviate again and again; the function given back ends that and gives all probes. */
function startProbing(stack: Stack): () => Promise<Probe[]> {
  const probes: Probe[] = [];
  let going = true;
  const run = async () => {
    while (going) {
      const waiting = await imagesWaiting(stack.moduleUrl);
      for (const path of ['/v1/meta', '/v1/.well-known/ready']) {
        const started = performance.now();
        const response = await fetch(`${stack.url}${path}`);
        await response.arrayBuffer();
        probes.push({ path, ms: performance.now() - started, ok: response.ok, waiting });
      }
      await sleep(PROBE_PAUSE_MS);
    }
    return probes;
  };
  const done = run();
  return () => {
    going = false;
    return done;
  };
}

async function imagesWaiting(moduleUrl: string): Promise<number> {
  const meta = (await (await fetch(`${moduleUrl}/meta`)).json()) as {
    handspring: { queue: { image?: { waiting: number } } };
  };
  return meta.handspring.queue.image?.waiting ?? 0;
}
