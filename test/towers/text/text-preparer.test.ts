import { expect } from 'chai';
import { TextPreparer } from '../../../src/towers/text/text-preparer.js';
import { loadTokenizer } from '../../../src/towers/text/tokenizer.js';
import type { Tokenizer } from '../../../src/towers/text/tokenizer.js';
import { fixtureFolder } from '../../support/model-fixture.js';

const FOLDER = fixtureFolder('clip');
const TOWER = { file: 'onnx/text_model.onnx', settings: 'tokenizer.json' };
const options = (signal = new AbortController().signal) => ({ urgent: false, signal });

describe('the preparation of texts', () => {
  let tokenizer: Tokenizer;
  const open: TextPreparer[] = [];
  const create = (policy: 'truncate' | 'mean' | 'error' = 'truncate') => {
    const source = { folder: FOLDER, tower: TOWER };
    const preparer = new TextPreparer(tokenizer, {
      source,
      maxChars: 50_000,
      longText: { policy, maxWindows: 3 },
    });
    open.push(preparer);
    return preparer;
  };
  before(async () => {
    tokenizer = await loadTokenizer(FOLDER, TOWER);
  });
  afterEach(async () => {
    for (const preparer of open.splice(0)) await preparer.close();
  });

  it('gives the same ids for a long text, which is read in a thread, as the tokenizer itself', async () => {
    const text = 'two dogs run. '.repeat(200);
    const { rows, truncated } = await create().prepare(text, options());
    expect(rows).to.deep.equal([tokenizer.tokenize(text).ids]);
    expect(truncated).to.equal(true);
  });

  it('tells how many tokens are read: of a cut text those that are left, of windows all, each with its own start and end', async () => {
    const text = 'a '.repeat(100);
    for (const words of [text, 'a '.repeat(700)])
      expect((await create().prepare(words, options())).tokens).to.equal(77);
    expect((await create('mean').prepare(text, options())).tokens).to.equal(104);
    expect((await create().prepare('', options())).tokens).to.equal(2);
  });

  it('keeps the code, words and limit of a refusal that comes from the thread', async () => {
    const text = 'two dogs run. '.repeat(200);
    const refused = await create('error')
      .prepare(text, options())
      .catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'invalid_request');
    expect(refused).to.have.property('message').that.includes('(LONG_TEXT=error)');
    const tooMany = await create('mean')
      .prepare(text, options())
      .catch((error: unknown) => error);
    expect(tooMany).to.include({ code: 'payload_too_large', limit: 'MAX_TEXT_WINDOWS' });
  });

  it('refuses what it would cut where a text is wanted whole, short or in the thread, and reads its windows alike', async () => {
    for (const times of [100, 700]) {
      const text = 'a '.repeat(times);
      const whole = { ...options(), whole: true };
      const refused: unknown = await create()
        .prepare(text, whole)
        .catch((error: unknown) => error);
      expect(refused).to.have.property('code', 'text_too_long');
      expect(refused)
        .to.have.property('message')
        .that.matches(/^expected at most 77 tokens, .*, received \d+$/);
    }
    const whole = { ...options(), whole: true };
    expect((await create().prepare('a cat', whole)).truncated).to.equal(false);
    expect((await create('mean').prepare('a '.repeat(100), whole)).tokens).to.equal(104);
  });

  it('lets others in between, however many and long the texts are', async () => {
    const preparer = create();
    const texts = Array.from({ length: 64 }, (_, at) => `${'a b'.repeat(at % 2 === 0 ? 300 : 10_000)} ${at}`);
    let longestMs = 0;
    let last = performance.now();
    const onBeat = () => {
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    };
    const beat = setInterval(onBeat, 1);
    await Promise.all(texts.map((text) => preparer.prepare(text, options())));
    onBeat();
    clearInterval(beat);
    const started = performance.now();
    for (const text of texts) tokenizer.tokenize(text);
    expect(longestMs).to.be.lessThan((performance.now() - started) / 4);
  });

  it('skips what a caller who has left was waiting for', async () => {
    const preparer = create();
    const gone = new AbortController();
    const long = 'a b'.repeat(10_000);
    const all = Array.from({ length: 100 }, () => preparer.prepare(long, options(gone.signal)));
    setImmediate(() => gone.abort(new Error('gone')));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === 'rejected').length).to.be.at.least(99);
    const { rows } = await preparer.prepare('a cat', options());
    expect(rows).to.deep.equal([tokenizer.tokenize('a cat').ids]);
  });
});
