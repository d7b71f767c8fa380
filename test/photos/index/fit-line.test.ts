import { expect } from 'chai';
import { FitLine } from '../../../src/photos/index/fit-line.js';
import type { SearchOptions, Store } from '../../../src/photos/index/store.js';

/** A store that answers the n-th text with the score n / 100, and a text with a cat with 0.9. */
class ScoringStore {
  texts: string[] = [];
  state: 'indexing' | 'ready' = 'ready';
  failure: Error | undefined;

  progress() {
    return { state: this.state };
  }

  searchByText(text: string, { limit }: SearchOptions) {
    expect(limit).to.equal(1);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.texts.push(text);
    const score = this.texts.length / 100;
    return Promise.resolve({ hits: [{ id: 'a', name: 'a', properties: {}, score }], offset: 0, total: 1 });
  }
}

describe('FitLine', () => {
  let store: ScoringStore;
  let line: FitLine;

  beforeEach(() => {
    store = new ScoringStore();
    line = new FitLine(store as unknown as Store, { pauseMs: 0 });
  });

  it('is above what nineteen in twenty unrelated texts find at best', async () => {
    await line.keepUp(10);
    const { length } = store.texts;
    expect(length).to.be.at.least(20);
    expect(line.level).to.equal(Math.ceil(0.95 * length) / 100);
  });

  it('is not measured while photos are read, nor where there are none', async () => {
    store.state = 'indexing';
    await line.keepUp(10);
    store.state = 'ready';
    await line.keepUp(0);
    expect(store.texts).to.deep.equal([]);
    expect(line.level).to.equal(undefined);
  });

  it('is measured once, and again when there are a tenth more or fewer photos', async () => {
    await line.keepUp(100);
    const once = store.texts.length;
    await Promise.all([line.keepUp(100), line.keepUp(105)]);
    expect(store.texts).to.have.length(once);
    await line.keepUp(110);
    expect(store.texts).to.have.length(2 * once);
    await line.keepUp(99);
    expect(store.texts).to.have.length(3 * once);
  });

  it('is measured by one at a time', async () => {
    await Promise.all([line.keepUp(100), line.keepUp(100)]);
    expect(new Set(store.texts).size).to.equal(store.texts.length);
  });

  it('is left for another time when the service is busy', async () => {
    store.failure = new Error('full');
    await line.keepUp(100);
    expect(line.level).to.equal(undefined);
    store.failure = undefined;
    await line.keepUp(100);
    expect(line.level).to.be.above(0);
  });
});
