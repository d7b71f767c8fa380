import { expect } from 'chai';
import { Admission } from '../../src/core/admission.js';
import { Batcher } from '../../src/core/batcher.js';
import { Engine } from '../../src/core/engine.js';
import { VectorCache } from '../../src/core/vector-cache.js';
import type { EngineParts, TextTower } from '../../src/core/engine.js';
import type { EncodedBatch } from '../../src/core/encoder.js';
import { HandspringError } from '../../src/core/errors.js';
import { createMetrics } from '../../src/serve/metrics.js';
import { deferred, settled } from '../support/deferred.js';

type Ids = Int32Array<ArrayBuffer>;
type Pixels = Float32Array<ArrayBuffer>;

/** An image of one byte becomes one pixel of that value; byte 0 is a corrupt image, byte 255 a bug. */
const prepare = async ([value]: Uint8Array): Promise<Pixels> => {
  await settled();
  if (value === 0) throw new HandspringError('invalid_image', 'expected a JPEG', { reason: 'corrupt' });
  if (value === 255) throw new TypeError('a bug');
  return Float32Array.of(value ?? 0);
};

/** Each character is a token of its code, the context is of five. */
const idsOf = (text: string) => Int32Array.from(text, (character) => character.charCodeAt(0));
const tokenizer: TextTower['tokenizer'] = {
  contextLength: 5,
  tokenize: (text) => ({
    ids: Int32Array.from([text.length]),
    tokenCount: text.length,
    truncated: text.length > 5,
  }),
  tokenizeWindows: (text) => Array.from(text.match(/.{1,5}/g) ?? [], idsOf),
};

const echo = (rows: readonly (Ids | Pixels)[]): Promise<EncodedBatch> =>
  Promise.resolve({ vectors: rows.map((row) => Float32Array.from(row)), encodeMs: 2 });

/** Rows that begin with "a" (or its length, for a text that fits) point one way, all others the other. */
const direction = (rows: readonly (Ids | Pixels)[]): Promise<EncodedBatch> =>
  Promise.resolve({
    vectors: rows.map(([first]) =>
      first === 97 || first === 1 ? Float32Array.of(1, 0) : Float32Array.of(0, 1),
    ),
    encodeMs: 2,
  });

interface Changes extends Partial<EngineParts> {
  encode?: typeof echo;
  longText?: TextTower['longText'];
}

function create(changes: Changes = {}) {
  const { encode = echo, longText, ...parts } = changes;
  const metrics = createMetrics();
  const admission = new Admission(8, 'items', 'MAX_PENDING_ITEMS');
  const engine = new Engine({
    image: { prepare, batcher: new Batcher<Pixels>({ encode, maxBatch: 4 }) },
    text: {
      tokenizer,
      batcher: new Batcher<Ids>({ encode, maxBatch: 4 }),
      maxChars: 20,
      longText: longText ?? { policy: 'truncate', maxWindows: 3, normalized: false },
    },
    admission,
    deadlineMs: 10_000,
    metrics,
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

describe('engine', () => {
  it('gives one vector per item in the order asked for, duplicates kept', async () => {
    const { engine, admission } = create();
    const { textVectors, imageVectors } = await engine.embed({
      texts: ['a', 'bbb', 'a'],
      images: [3, 1, 2, 1].map(image),
    });
    expect(textVectors.map(([x]) => x)).to.deep.equal([1, 3, 1]);
    expect(imageVectors.map(([x]) => x)).to.deep.equal([3, 1, 2, 1]);
    expect(admission.inUse).to.equal(0);
  });

  it('does not have Node warn of a leak when a request has many items', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => warnings.push(name);
    process.on('warning', onWarning);
    const { engine } = create({ encode: echo });
    await engine.embed({ texts: Array.from({ length: 20 }, () => 'a'), images: [] });
    await settled();
    process.off('warning', onWarning);
    expect(warnings).to.be.empty;
  });

  it('answers nothing with nothing, whatever is full', async () => {
    const { engine, admission } = create();
    admission.acquire(8);
    expect((await engine.embed({ texts: [], images: [] })).textVectors).to.be.empty;
  });

  it('names the bad image, and lets its neighbours in other requests be', async () => {
    const { engine, admission, metrics } = create();
    const [bad, good] = await Promise.all([
      failureOf(engine.embed({ texts: [], images: [1, 2, 0].map(image) })),
      engine.embed({ texts: [], images: [4, 5].map(image) }),
    ]);
    expect(bad).to.include({ code: 'invalid_image', message: 'images[2]: expected a JPEG' });
    expect(good.imageVectors.map(([x]) => x)).to.deep.equal([4, 5]);
    expect(admission.inUse).to.equal(0);
    expect(await metrics.registry.getSingleMetricAsString('handspring_images_refused_total')).to.include(
      '{reason="corrupt"} 1',
    );
  });

  it('passes on what is not an error for the caller as it is', async () => {
    const { engine, admission } = create();
    expect(await failureOf(engine.embed({ texts: [], images: [image(255)] }))).to.be.instanceOf(TypeError);
    expect(admission.inUse).to.equal(0);
  });

  it('refuses at once when its permits are taken, and says by which option', async () => {
    const { engine, admission } = create();
    admission.acquire(7);
    const error = await failureOf(engine.embed({ texts: ['a', 'b'], images: [] }));
    expect(error).to.have.property('code', 'overloaded');
    expect(error?.message).to.include('MAX_PENDING_ITEMS=8');
  });

  it('refuses items of a tower that is not loaded', async () => {
    const { engine } = create({ image: undefined });
    const error = await failureOf(engine.embed({ texts: [], images: [image(1)] }));
    expect(error).to.include({
      code: 'invalid_request',
      message: 'images: expected none, this service was started without the image tower (MODALITIES)',
    });
    expect((await engine.embed({ texts: ['a'], images: [] })).textVectors).to.have.length(1);
  });

  it('refuses a text of too many characters by its index', async () => {
    const { engine } = create();
    const error = await failureOf(engine.embed({ texts: ['a', 'b'.repeat(21)], images: [] }));
    expect(error).to.include({
      code: 'payload_too_large',
      message: 'texts[1]: expected at most 20 characters (MAX_TEXT_CHARS), received 21',
    });
  });

  it('tells and counts texts that were cut', async () => {
    const { engine, metrics } = create();
    const { truncatedTexts } = await engine.embed({ texts: ['short', 'too long'], images: [] });
    expect(truncatedTexts).to.deep.equal([1]);
    expect(await metrics.registry.getSingleMetricAsString('handspring_texts_truncated_total')).to.match(
      /_total 1$/m,
    );
  });

  describe('with a text over the context length', () => {
    const mean = { policy: 'mean', maxWindows: 3, normalized: false } as const;

    it('refuses it by its index and number of tokens, if told to', async () => {
      const { engine, admission } = create({ longText: { ...mean, policy: 'error' } });
      const error = await failureOf(engine.embed({ texts: ['short', 'too long'], images: [] }));
      expect(error).to.include({
        code: 'invalid_request',
        message: 'texts[1]: expected at most 5 tokens (LONG_TEXT=error), received 8',
      });
      expect(admission.inUse).to.equal(0);
    });

    it('averages its windows, and does not call it cut', async () => {
      const { engine, metrics } = create({ longText: mean, encode: direction });
      const { textVectors, truncatedTexts } = await engine.embed({ texts: ['aaaaabbbbbb', 'a'], images: [] });
      expect(textVectors.map((vector) => Array.from(vector))).to.deep.equal([
        [1, 2].map((x) => Math.fround(x / 3)),
        [1, 0],
      ]);
      expect(truncatedTexts).to.be.empty;
      expect(await metrics.registry.getSingleMetricAsString('handspring_texts_truncated_total')).to.match(
        /_total 0$/m,
      );
    });

    it('brings the mean back to length 1 where vectors are', async () => {
      const { engine } = create({ longText: { ...mean, normalized: true }, encode: direction });
      const { textVectors } = await engine.embed({ texts: ['aaaaabbbbbb'], images: [] });
      expect(Array.from(textVectors[0] ?? [])).to.deep.equal(
        [1, 2].map((x) => Math.fround(x / Math.sqrt(5))),
      );
    });

    it('refuses one of too many windows', async () => {
      const { engine } = create({ longText: mean });
      const error = await failureOf(engine.embed({ texts: ['x'.repeat(16)], images: [] }));
      expect(error).to.include({
        code: 'payload_too_large',
        message: 'texts[0]: expected at most 3 windows of 5 tokens (MAX_TEXT_WINDOWS), received 4',
      });
    });
  });

  it('answers deadline when a tower takes too long, and takes its permits back', async () => {
    const { engine, admission } = create({ deadlineMs: 1, encode: () => new Promise<never>(() => {}) });
    const error = await failureOf(engine.embed({ texts: ['a'], images: [] }));
    expect(error).to.include({ code: 'deadline', message: 'not done within DEADLINE=1 ms' });
    expect(admission.inUse).to.equal(0);
  });

  it('tells how far the item came that failed: still prepared, in the queue, or being encoded', async () => {
    const never = () => new Promise<never>(() => {});
    const stagesOf = async (changes: Changes, texts: string[], images: Uint8Array[]) => {
      const { engine } = create({ deadlineMs: 1, ...changes });
      const stages: string[] = [];
      await failureOf(
        engine.embed({ texts, images }, { onFailure: (times) => stages.push(...Object.keys(times)) }),
      );
      return stages;
    };
    const stuck = new Batcher<Pixels>({ encode: never, maxBatch: 1 });
    void stuck.enqueue(Float32Array.of(1));
    expect(await stagesOf({}, [], [image(0)])).to.deep.equal(['prepareMs']);
    expect(await stagesOf({ image: { prepare, batcher: stuck } }, [], [image(1)])).to.deep.equal([
      ...['prepareMs', 'queueMs'],
    ]);
    expect(await stagesOf({ encode: never }, ['a'], [])).to.deep.equal(['prepareMs', 'queueMs', 'encodeMs']);
    expect(await stagesOf({ encode: never }, [], [image(1)])).to.deep.equal([
      'prepareMs',
      'queueMs',
      'encodeMs',
    ]);
  });

  it('skips what a caller who hung up was waiting for, and takes its permits back', async () => {
    const gate = deferred<void>();
    const seen: number[] = [];
    const encode = async (rows: readonly (Ids | Pixels)[]) => {
      seen.push(...rows.map(([x]) => x ?? 0));
      await gate.promise;
      return echo(rows);
    };
    const { engine, admission } = create({ encode });
    const gone = new AbortController();
    const running = engine.embed({ texts: ['a'], images: [] });
    const waiting = failureOf(engine.embed({ texts: ['bb'], images: [] }, { signal: gone.signal }));
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
    const encode = async (rows: readonly (Ids | Pixels)[]) => {
      batches++;
      await gate.promise;
      return echo(rows);
    };
    const { engine } = create({ encode, cache: new VectorCache(10_000) });
    const gone = new AbortController();
    const first = failureOf(engine.embed({ texts: ['aaaaaa'], images: [] }, { signal: gone.signal }));
    const second = engine.embed({ texts: ['aaaaaa'], images: [] });
    gone.abort(new Error('hung up'));
    expect(await first).to.have.property('message', 'hung up');
    gate.resolve();
    const third = await second.then(() => engine.embed({ texts: ['aaaaaa', 'aaaaaa'], images: [] }));
    expect(third.textVectors.map(([x]) => x)).to.deep.equal([6, 6]);
    expect(third.truncatedTexts).to.deep.equal([0, 1]);
    expect(batches).to.equal(1);
  });

  it('says that an item was not done in time to a caller who joined it later, too', async () => {
    const cache = new VectorCache(10_000);
    const encode = () => new Promise<never>(() => {});
    const first = create({ encode, cache, deadlineMs: 5 }).engine;
    const second = create({ encode, cache, deadlineMs: 10_000 }).engine;
    const failures = [first, second].map((engine) => failureOf(engine.embed({ texts: ['a'], images: [] })));
    for (const failure of await Promise.all(failures)) expect(failure).to.have.property('code', 'deadline');
  });

  it('measures every stage of every item', async () => {
    const { engine, metrics } = create();
    await engine.embed({ texts: ['a', 'b'], images: [image(1)] });
    const text = await metrics.registry.getSingleMetricAsString('handspring_stage_duration_seconds');
    for (const stage of ['prepare', 'queue', 'encode', 'total']) {
      expect(text).to.include(`_count{stage="${stage}",modality="text"} 2`);
      expect(text).to.include(`_count{stage="${stage}",modality="image"} 1`);
    }
  });
});
