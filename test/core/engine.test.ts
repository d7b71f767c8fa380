import { expect } from 'chai';
import { Admission } from '../../src/core/admission.js';
import { Batcher } from '../../src/core/batcher.js';
import type { EncodedBatch, Row } from '../../src/core/encoder.js';
import type { Item, PendingContent } from '../../src/core/embedder.js';
import { Engine } from '../../src/core/engine.js';
import type { EngineParts } from '../../src/core/engine.js';
import { HandspringError } from '../../src/core/errors.js';
import { RowTower } from '../../src/core/row-tower.js';
import type { RowTowerParts } from '../../src/core/row-tower.js';
import { VectorCache } from '../../src/core/vector-cache.js';
import { createMetrics } from '../../src/serve/metrics.js';
import { observeMetrics } from '../../src/serve/observe-metrics.js';
import { deferred, settled } from '../support/deferred.js';
import { imageItems, textItems } from '../support/items.js';

/** An image of one byte becomes one pixel of that value; byte 0 is a corrupt image, byte 255 a bug. */
const prepareImage: RowTowerParts<Row>['prepare'] = async (content) => {
  const [value = 0] = content as Uint8Array;
  await settled();
  if (value === 0) throw new HandspringError('invalid_image', 'expected a JPEG', { reason: 'corrupt' });
  if (value === 255) throw new TypeError('a bug');
  return { rows: [Float32Array.of(value)] };
};

/** A text becomes its length; over five characters it is cut, or, of digits, read as a row for each digit. */
const prepareText: RowTowerParts<Row>['prepare'] = (content) => {
  const text = content as string;
  if (/^\d+$/.test(text)) return { rows: Array.from(text, (digit) => Int32Array.of(Number(digit))) };
  return { rows: [Int32Array.of(text.length)], truncated: text.length > 5, tokens: text.length };
};

const echo = (rows: readonly Row[]): Promise<EncodedBatch> =>
  Promise.resolve({ vectors: rows.map((row) => Float32Array.from(row)), encodeMs: 2 });

interface Changes extends Partial<EngineParts> {
  readonly encode?: typeof echo;
  readonly join?: RowTowerParts<Row>['join'];
  /** Permits of a text. */
  readonly textCost?: number;
}

function tower(
  modality: string,
  prepare: RowTowerParts<Row>['prepare'],
  parts: Partial<RowTowerParts<Row>> & { readonly encode?: typeof echo },
) {
  const { encode = echo, ...rest } = parts;
  const batcher = new Batcher<Row>({ encode, maxBatch: 4 });
  return new RowTower<Row>({ modality, prepare, batcher, close: () => Promise.resolve(), ...rest });
}

function create({ encode = echo, join = 'mean', textCost = 1, ...parts }: Changes = {}) {
  const metrics = createMetrics();
  const admission = new Admission(8, 'items', 'MAX_PENDING_ITEMS');
  const engine = new Engine({
    towers: [
      tower('image', prepareImage, { encode }),
      tower('text', prepareText, { encode, join, cost: () => textCost }),
    ],
    admission,
    deadlineMs: 10_000,
    observer: observeMetrics(metrics),
    ...parts,
  });
  return { engine, admission, metrics };
}

const image = (value: number) => Uint8Array.of(value);
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: HandspringError) => error,
  );

/** Names of what Node warns of meanwhile. */
async function warningsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => warnings.push(name);
  process.on('warning', onWarning);
  await work();
  await settled();
  process.off('warning', onWarning);
  return warnings;
}

describe('engine', () => {
  it('gives one vector per item in the order asked for, duplicates kept', async () => {
    const { engine, admission } = create();
    const [two, one] = imageItems(image(2), image(1));
    const { vectors } = await engine.embed([...textItems('a', 'bbb'), two!, one!, ...textItems('a'), one!]);
    expect(vectors.map(([x]) => x)).to.deep.equal([1, 3, 2, 1, 1, 1]);
    expect(admission.inUse).to.equal(0);
  });

  it('does not have Node warn of a leak when a request has many items', async () => {
    const { engine } = create({ encode: echo });
    const many = textItems(...Array.from({ length: 20 }, () => 'a'));
    expect(await warningsDuring(() => engine.embed(many))).to.be.empty;
  });

  it('does not have Node warn of a leak when an item has many rows, with a cache, too', async () => {
    const { engine } = create({ cache: new VectorCache(10_000) });
    expect(await warningsDuring(() => engine.embed(textItems('1'.repeat(20))))).to.be.empty;
  });

  it('answers nothing with nothing, whatever is full', async () => {
    const { engine, admission } = create();
    admission.acquire(8);
    expect((await engine.embed([])).vectors).to.be.empty;
  });

  it('names the bad image, and lets its neighbours in other requests be', async () => {
    const { engine, admission, metrics } = create();
    const [bad, good] = await Promise.all([
      failureOf(engine.embed(imageItems(...[1, 2, 0].map(image)))),
      engine.embed(imageItems(...[4, 5].map(image))),
    ]);
    expect(bad).to.include({ code: 'invalid_image', message: 'images[2]: expected a JPEG' });
    expect(good.vectors.map(([x]) => x)).to.deep.equal([4, 5]);
    expect(admission.inUse).to.equal(0);
    expect(await metrics.registry.getSingleMetricAsString('handspring_images_refused_total')).to.include(
      '{reason="corrupt"} 1',
    );
  });

  it('passes on what is not an error for the caller as it is', async () => {
    const { engine, admission } = create();
    expect(await failureOf(engine.embed(imageItems(image(255))))).to.be.instanceOf(TypeError);
    expect(admission.inUse).to.equal(0);
  });

  it('refuses at once when its permits are taken, and says by which option', async () => {
    const { engine, admission } = create();
    admission.acquire(7);
    const error = await failureOf(engine.embed(textItems('a', 'b')));
    expect(error).to.have.property('code', 'overloaded');
    expect(error?.message).to.include('MAX_PENDING_ITEMS=8');
  });

  it('refuses items of a tower that is not loaded', async () => {
    const { engine } = create({ towers: [tower('text', prepareText, {})] });
    const error = await failureOf(engine.embed(imageItems(image(1))));
    expect(error).to.include({
      code: 'invalid_request',
      message: 'images: expected none, this service was started without the image tower (MODALITIES)',
    });
    expect((await engine.embed(textItems('a'))).vectors).to.have.length(1);
  });

  it('calls an item that its caller gave no name by its modality and place, and tells the place', async () => {
    const { engine } = create();
    const error = await failureOf(
      engine.embed([
        { modality: 'text', content: 'a' },
        { modality: 'image', content: image(0) },
      ]),
    );
    expect(error).to.include({ index: 1, message: 'image[1]: expected a JPEG' });
  });

  it('takes as many permits as the towers ask for', async () => {
    const { engine, admission } = create({ textCost: 3 });
    const embedding = engine.embed([...textItems('a', 'b'), ...imageItems(image(1))]);
    expect(admission.inUse).to.equal(7);
    await embedding;
    expect(admission.inUse).to.equal(0);
  });

  it('tells and counts texts that were cut', async () => {
    const { engine, metrics } = create();
    const { truncated } = await engine.embed(textItems('short', 'too long'));
    expect(truncated).to.deep.equal([1]);
    expect(await metrics.registry.getSingleMetricAsString('handspring_texts_truncated_total')).to.match(
      /_total 1$/m,
    );
  });

  it('tells how many tokens were read, of items that are in the cache too, and of images none', async () => {
    const { engine } = create({ cache: new VectorCache(10_000) });
    const [picture] = imageItems(image(7));
    expect((await engine.embed([...textItems('two', 'a', 'two'), picture!])).tokens).to.equal(7);
    expect((await engine.embed(textItems('two'))).tokens).to.equal(3);
    expect((await engine.embed([])).tokens).to.equal(0);
  });

  it('tells towers that texts are wanted whole, and has no cut vector of the cache for them', async () => {
    const prepare: typeof prepareText = (_content, { whole }) => {
      if (whole === true) throw new HandspringError('text_too_long', 'expected at most 5 tokens');
      return { rows: [Int32Array.of(5)], truncated: true };
    };
    const { engine } = create({
      towers: [tower('text', prepare, {})],
      cache: new VectorCache(10_000),
    });
    expect((await engine.embed(textItems('too long'))).truncated).to.deep.equal([0]);
    const refused = await failureOf(engine.embed(textItems('too long'), { whole: true }));
    expect(refused?.message).to.equal('texts[0]: expected at most 5 tokens');
    expect((await engine.embed(textItems('too long'))).truncated).to.deep.equal([0]);
  });

  describe('with an item that has to be loaded first', () => {
    /** Its bytes come when `bring` says so. */
    function pendingImage() {
      const events: string[] = [];
      const bytes = deferred<Uint8Array>();
      const load: PendingContent['load'] = async ({ signal, urgent }) => {
        events.push(urgent ? 'load, urgent' : 'load');
        signal.addEventListener('abort', () => bytes.reject(signal.reason as Error));
        return { content: await bytes.promise, release: () => void events.push('release') };
      };
      const item: Item = { modality: 'image', content: { load }, name: 'input[0]' };
      return { item, events, bytes };
    }

    it('takes its permit before, and gives it back with the answer', async () => {
      const { engine, admission } = create();
      const { item, bytes, events } = pendingImage();
      const answer = engine.embed([item]);
      await settled();
      expect(admission.inUse).to.equal(1);
      expect(events).to.deep.equal(['load, urgent']);
      bytes.resolve(image(7));
      expect((await answer).vectors).to.deep.equal([Float32Array.of(7)]);
      expect(admission.inUse).to.equal(0);
    });

    it('lets go of what it holds once it is prepared, before it is encoded', async () => {
      const encoding = deferred<EncodedBatch>();
      const { engine } = create({ encode: () => encoding.promise });
      const { item, bytes, events } = pendingImage();
      const answer = engine.embed([item]);
      bytes.resolve(image(7));
      while (events.length < 2) await settled();
      encoding.resolve({ vectors: [Float32Array.of(7)], encodeMs: 1 });
      await answer;
      expect(events.slice(0, 2)).to.deep.equal(['load, urgent', 'release']);
    });

    it('lets go of it when it is in the cache, and when it is broken', async () => {
      const { engine } = create({ cache: new VectorCache(10_000) });
      await engine.embed([{ modality: 'image', content: image(7) }]);
      for (const [value, outcome] of [
        [7, 'ok'],
        [0, 'input[0]: expected a JPEG'],
      ] as const) {
        const { item, bytes, events } = pendingImage();
        bytes.resolve(image(value));
        expect((await failureOf(engine.embed([item])))?.message ?? 'ok').to.equal(outcome);
        expect(events).to.include('release');
      }
    });

    it('names it in a failure to load it, and gives up the others', async () => {
      const { engine, admission } = create();
      const [one, other] = [pendingImage(), pendingImage()];
      const failure = failureOf(engine.embed([one.item, other.item]));
      one.bytes.reject(new HandspringError('invalid_image', 'the address could not be used'));
      expect((await failure)?.message).to.equal('input[0]: the address could not be used');
      await other.bytes.promise.catch(() => undefined);
      expect(admission.inUse).to.equal(0);
    });

    it('is late if it is not there within the deadline', async () => {
      const { engine } = create({ deadlineMs: 5 });
      expect((await failureOf(engine.embed([pendingImage().item])))?.code).to.equal('deadline');
    });
  });

  describe('with an item of several rows', () => {
    /** Odd digits point one way, even ones the other. */
    const encode = (rows: readonly Row[]): Promise<EncodedBatch> =>
      Promise.resolve({
        vectors: rows.map(([x = 0]) => (x % 2 === 1 ? Float32Array.of(1, 0) : Float32Array.of(0, 1))),
        encodeMs: 2,
      });

    it('averages their vectors', async () => {
      const { engine } = create({ encode });
      const { vectors, truncated } = await engine.embed(textItems('122', '1'));
      expect(vectors.map((vector) => Array.from(vector))).to.deep.equal([
        [1, 2].map((x) => Math.fround(x / 3)),
        [1, 0],
      ]);
      expect(truncated).to.be.empty;
    });

    it('brings the mean back to length 1 where vectors are', async () => {
      const { engine } = create({ encode, join: 'mean-unit' });
      const { vectors } = await engine.embed(textItems('122'));
      expect(Array.from(vectors[0] ?? [])).to.deep.equal([1, 2].map((x) => Math.fround(x / Math.sqrt(5))));
    });
  });

  it('answers deadline when a tower takes too long, and takes its permits back', async () => {
    const { engine, admission } = create({ deadlineMs: 1, encode: () => new Promise<never>(() => {}) });
    const error = await failureOf(engine.embed(textItems('a')));
    expect(error).to.include({ code: 'deadline', message: 'not done within DEADLINE=1 ms' });
    expect(admission.inUse).to.equal(0);
  });

  it('tells how far the item came that failed: still prepared, in the queue, or being encoded', async () => {
    const never = () => new Promise<never>(() => {});
    const stagesOf = async (changes: Changes, item: Item) => {
      const { engine } = create({ deadlineMs: 1, ...changes });
      const stages: string[] = [];
      await failureOf(engine.embed([item], { onFailure: (times) => stages.push(...Object.keys(times)) }));
      return stages;
    };
    const [good, bad] = imageItems(image(1), image(0));
    const stuck = new Batcher<Row>({ encode: never, maxBatch: 1 });
    void stuck.enqueue(Float32Array.of(1));
    expect(await stagesOf({}, bad!)).to.deep.equal(['prepareMs']);
    const towers = [tower('image', prepareImage, { batcher: stuck })];
    expect(await stagesOf({ towers }, good!)).to.deep.equal(['prepareMs', 'queueMs']);
    expect(await stagesOf({ encode: never }, textItems('a')[0]!)).to.deep.equal([
      'prepareMs',
      'queueMs',
      'encodeMs',
    ]);
    expect(await stagesOf({ encode: never }, good!)).to.deep.equal(['prepareMs', 'queueMs', 'encodeMs']);
  });

  it('skips what a caller who hung up was waiting for, and takes its permits back', async () => {
    const gate = deferred<void>();
    const seen: number[] = [];
    const encode = async (rows: readonly Row[]) => {
      seen.push(...rows.map(([x]) => x ?? 0));
      await gate.promise;
      return echo(rows);
    };
    const { engine, admission } = create({ encode });
    const gone = new AbortController();
    const running = engine.embed(textItems('a'));
    const waiting = failureOf(engine.embed(textItems('bb'), { signal: gone.signal }));
    gone.abort(new Error('hung up'));
    expect(await waiting).to.have.property('message', 'hung up');
    expect(admission.inUse).to.equal(1);
    gate.resolve();
    await running;
    expect(seen).to.deep.equal([1]);
    expect(admission.inUse).to.equal(0);
  });

  it('computes an item seen before once, also for a caller who comes while another has left', async () => {
    const gate = deferred<void>();
    let batches = 0;
    const encode = async (rows: readonly Row[]) => {
      batches++;
      await gate.promise;
      return echo(rows);
    };
    const { engine } = create({ encode, cache: new VectorCache(10_000) });
    const gone = new AbortController();
    const first = failureOf(engine.embed(textItems('aaaaaa'), { signal: gone.signal }));
    const second = engine.embed(textItems('aaaaaa'));
    gone.abort(new Error('hung up'));
    expect(await first).to.have.property('message', 'hung up');
    gate.resolve();
    const third = await second.then(() => engine.embed(textItems('aaaaaa', 'aaaaaa')));
    expect(third.vectors.map(([x]) => x)).to.deep.equal([6, 6]);
    expect(third.truncated).to.deep.equal([0, 1]);
    expect(batches).to.equal(1);
  });

  it('goes on with an item for those who joined, each until its own deadline', async () => {
    const cache = new VectorCache(10_000);
    const gate = deferred<void>();
    const encode = (rows: readonly Row[]) => gate.promise.then(() => echo(rows));
    const hasty = create({ encode, cache, deadlineMs: 5 }).engine;
    const patient = create({ encode, cache, deadlineMs: 10_000 }).engine;
    const late = failureOf(hasty.embed(textItems('a')));
    const inTime = patient.embed(textItems('a'));
    expect(await late).to.have.property('code', 'deadline');
    gate.resolve();
    expect((await inTime).vectors.map(([x]) => x)).to.deep.equal([1]);
  });

  it('gives up an item when the last who waited for it has left, with a cache, too', async () => {
    const seen: AbortSignal[] = [];
    const waiting: RowTowerParts<Row>['prepare'] = (_content, { signal }) => {
      seen.push(signal);
      return new Promise(() => undefined);
    };
    const { engine, admission } = create({
      cache: new VectorCache(10_000),
      towers: [tower('text', waiting, {})],
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const both = [first, second].map(({ signal }) => failureOf(engine.embed(textItems('a'), { signal })));
    first.abort(new Error('hung up'));
    await both[0];
    expect(seen.map(({ aborted }) => aborted)).to.deep.equal([false]);
    second.abort(new Error('hung up'));
    await both[1];
    expect(seen.map(({ aborted }) => aborted)).to.deep.equal([true]);
    expect(admission.inUse).to.equal(0);
  });

  it('measures every stage of every item', async () => {
    const { engine, metrics } = create();
    await engine.embed([...textItems('a', 'b'), ...imageItems(image(1))]);
    const text = await metrics.registry.getSingleMetricAsString('handspring_stage_duration_seconds');
    for (const stage of ['prepare', 'queue', 'encode', 'total']) {
      expect(text).to.include(`_count{stage="${stage}",modality="text"} 2`);
      expect(text).to.include(`_count{stage="${stage}",modality="image"} 1`);
    }
  });
});
