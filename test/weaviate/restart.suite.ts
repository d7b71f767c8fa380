import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { vectors } from 'weaviate-client';
import type { Collection } from 'weaviate-client';
import { parseLine, startModule } from '../../weaviate/module.js';
import type { ModuleProcess } from '../../weaviate/module.js';
import { freePorts } from '../../weaviate/ports.js';
import { startWeaviate, waitUntilReady } from '../../weaviate/server.js';
import { storedVector } from '../support/weaviate-collection.js';
import type { Shown } from '../support/weaviate-collection.js';
import { pictures } from '../support/weaviate-images.js';
import { vectorize } from '../support/weaviate-module.js';
import { GIVEN_URL, MODELS, startStack, testRuntime } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { expectSameVector } from '../support/weaviate-vectors.js';

const OBJECTS = 60;
/** What a user reads of an object whose request met a module that was going or gone: the address, and Go's own reason. */
const MODULE_AWAY =
  /send POST request: Post "http:\S+\/vectorize": .+|read response body: .+|fail with status 503: the service is shutting down/;

/** Resolves once the module has answered `count` requests to vectorize, by its log. */
function answered({ child }: ModuleProcess, count: number): Promise<true> {
  let seen = 0;
  return child.waitForLine((line) => {
    const { path, msg } = parseLine(line);
    if (msg === 'request' && path === '/vectorize') seen++;
    return seen === count || undefined;
  });
}

describe('a module that goes and comes back while Weaviate imports', () => {
  let stack: Stack;
  let images: string[];
  before(async () => {
    // Batches of one: whenever one request is answered, others are on their way.
    stack = await startStack({ model: MODELS['tiny CLIP'], flags: ['--max-batch-size', '1'] });
    images = await pictures(OBJECTS);
  });
  after(() => stack?.stop());

  let module: ModuleProcess;
  beforeEach(async () => {
    module ??= stack.module;
    if (!module.child.isRunning) module = await stack.restartModule();
  });

  for (const [how, signal] of [
    ['is stopped', 'SIGTERM'],
    ['is killed', 'SIGKILL'],
  ] as const) {
    it(`${how}: what failed says why, and after a retry every object is in once with its own vector`, async () => {
      const collection = await stack.create(
        vectors.multi2VecClip({ imageFields: ['image'], inferenceUrl: stack.inferenceUrl }),
      );
      const objects = images.map((image) => ({ id: randomUUID(), properties: { image } }));
      const [{ errors }] = await Promise.all([
        collection.data.insertMany(objects),
        answered(module, OBJECTS / 4).then(() => module.stop(signal)),
      ]);
      const failed = Object.keys(errors).map(Number);
      // A stop answers for a moment longer, which may be long enough for all of them.
      expect(failed.length).to.be.within(signal === 'SIGKILL' ? 1 : 0, OBJECTS - OBJECTS / 4);
      for (const { message } of Object.values(errors)) expect(message).to.match(MODULE_AWAY);

      module = await stack.restartModule();
      const retried = await collection.data.insertMany(objects.filter((_, at) => failed.includes(at)));
      expect(retried.errors).to.deep.equal({});
      await expectEachOnce(collection, objects);
    });
  }

  async function expectEachOnce(
    collection: Collection<Shown>,
    objects: readonly { id: string; properties: { image: string } }[],
  ): Promise<void> {
    expect(await collection.length()).to.equal(objects.length);
    const { imageVectors } = await vectorize(stack.moduleUrl, { images });
    for (const [at, { id }] of objects.entries()) {
      expectSameVector(await storedVector(collection, id), imageVectors[at] ?? []);
    }
  }
});

describe('a module that starts after Weaviate', () => {
  it('is waited for, and Weaviate then becomes ready', async function () {
    if (GIVEN_URL !== undefined) this.skip(); // a given Weaviate has started long ago
    const [modulePort = 0, httpPort = 0, grpcPort = 0] = await freePorts(3);
    const runtime = await testRuntime();
    const weaviate = await startWeaviate(runtime, { modulePort, httpPort, grpcPort, env: process.env });
    let module: ModuleProcess | undefined;
    try {
      await weaviate.child.waitForLine((line) => /inference service not ready/.test(line) || undefined);
      expect(await isReady(weaviate.url)).to.equal(false);
      module = startModule({
        host: runtime.listenHost,
        port: modulePort,
        model: MODELS['tiny CLIP'],
        env: process.env,
      });
      await waitUntilReady(weaviate);
      const meta = (await (await fetch(`${weaviate.url}/v1/meta`)).json()) as {
        modules: Record<string, unknown>;
      };
      expect(meta.modules['multi2vec-clip']).to.have.nested.property('handspring.model');
    } finally {
      await weaviate.stop();
      await module?.stop();
    }
  });
});

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/v1/.well-known/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
