import { expect } from 'chai';
import { CollectionListing } from '../../../src/photos/weaviate/collection-listing.js';
import type { ListedPhoto } from '../../../src/photos/weaviate/weaviate-photo.js';
import { deferred, settled } from '../../support/deferred.js';

function photo(id: string, changes: Partial<ListedPhoto> = {}): ListedPhoto {
  return { id, name: `${id}.jpg`, contentHash: id, modifiedMs: 0, properties: { folder: 'a' }, ...changes };
}

describe('the listing of a collection', () => {
  let now: number;
  let stored: ListedPhoto[];
  let walks: number;
  /** What a walk waits for before its last page. */
  let held: Promise<void>;
  let listing: CollectionListing;

  beforeEach(() => {
    [now, stored, walks, held] = [0, [], 0, Promise.resolve()];
    listing = new CollectionListing({
      walk: async function* () {
        walks++;
        const [first, ...others] = [...stored];
        if (first) yield [first];
        await held;
        yield others;
      },
      count: () => Promise.resolve(stored.length),
      now: () => now,
    });
  });

  async function ids(...args: Parameters<CollectionListing['newest']>): Promise<string> {
    await listing.keepUp();
    const { photos, offset, total } = listing.newest(...args);
    return `${photos.map(({ id }) => id).join(' ')} at ${offset} of ${total}`;
  }

  it('has every photo, newest first by when it was taken, and by the file where that is not known', async () => {
    stored = [
      photo('copied', { takenMs: 1, modifiedMs: 9 }),
      photo('file', { modifiedMs: 5 }),
      photo('last', { takenMs: 7, modifiedMs: 2 }),
    ];
    expect(await ids({ limit: 9 })).to.equal('last file copied at 0 of 3');
    expect(listing.newest({ limit: 1 }).photos).to.deep.equal([
      { id: 'last', name: 'last.jpg', properties: { folder: 'a' } },
    ]);
  });

  it('folds copies of one photo, within what a filter keeps', async () => {
    const folder = (name: string) => ({ contentHash: 'same', properties: { folder: name } });
    stored = [photo('x', folder('a')), photo('y', folder('b')), photo('z', folder('b')), photo('other')];
    expect(await ids({ limit: 9 })).to.equal('other x at 0 of 2');
    expect(listing.scope()).to.deep.equal({ without: ['y', 'z'], total: 2 });
    expect(listing.count).to.equal(2);
    expect(listing.progress).to.include({ state: 'ready', total: 4, done: 4, duplicates: 2 });
    expect(listing.filters).to.deep.equal([{ property: 'folder', values: [{ value: 'a', count: 2 }] }]);
    const filter = { property: 'folder', value: 'b' };
    expect(await ids({ limit: 9 }, { filter })).to.equal('y at 0 of 1');
    expect(listing.scope({ filter })).to.deep.equal({ without: ['z'], total: 1 });
  });

  it('leaves out all copies of the photo that is asked about, known or not', async () => {
    stored = [photo('x', { contentHash: 'same' }), photo('y', { contentHash: 'same' }), photo('z')];
    await listing.keepUp();
    expect(listing.scope(undefined, 'x')).to.deep.equal({ without: ['x', 'y'], total: 1 });
    expect(listing.scope(undefined, 'new')).to.deep.equal({ without: ['new', 'y'], total: 2 });
  });

  it('gives the stretch that a photo is in, or any copy of it', async () => {
    stored = Array.from({ length: 10 }, (_, i) => photo(`p${i}`, { modifiedMs: 100 - i }));
    stored.push(photo('copy', { contentHash: 'p6' }));
    expect(await ids({ limit: 4, at: 'p6' })).to.equal('p4 p5 p6 p7 at 4 of 10');
    expect(await ids({ limit: 4, at: 'copy' })).to.equal('p4 p5 p6 p7 at 4 of 10');
    expect(await ids({ limit: 4, at: 'gone' })).to.equal('p0 p1 p2 p3 at 0 of 10');
  });

  it('is kept up while somebody looks: what is new comes, what is gone goes', async () => {
    stored = [photo('a'), photo('b')];
    expect(await ids({ limit: 9 })).to.equal('a b at 0 of 2');
    stored = [photo('b'), photo('c')];
    now = 2_999;
    expect(await ids({ limit: 9 }), 'within three seconds').to.equal('a b at 0 of 2');
    now = 3_000;
    expect(await ids({ limit: 9 })).to.equal('b c at 0 of 2');
    expect(walks).to.equal(2);
  });

  it('is walked through again only after ten times as long as it took', async () => {
    stored = [photo('a'), photo('b')];
    const gate = deferred<void>();
    held = gate.promise;
    const looking = listing.keepUp();
    now = 20_000;
    gate.resolve();
    await looking;
    now = 219_999;
    await listing.keepUp();
    expect(walks).to.equal(1);
    now = 220_000;
    await listing.keepUp();
    expect(walks).to.equal(2);
  });

  it('shows what it has found so far after a second, with how far it is', async function () {
    this.timeout(5_000);
    stored = [photo('a'), photo('b'), photo('c')];
    const gate = deferred<void>();
    held = gate.promise;
    const began = performance.now();
    expect(await ids({ limit: 9 })).to.equal('a at 0 of 1');
    expect(performance.now() - began).to.be.within(900, 3_000);
    expect(listing.progress).to.include({ state: 'indexing', total: 3, done: 1 });
    expect(listing.scope(), 'a search is not counted by a part').to.have.property('total', undefined);
    now = 1_000;
    const later = performance.now();
    await listing.keepUp();
    expect(performance.now() - later, 'nobody waits twice').to.be.below(300);
    gate.resolve();
    await held;
    await settled();
    expect(await ids({ limit: 9 })).to.equal('a b c at 0 of 3');
    expect(listing.progress.state).to.equal('ready');
  });

  it('keeps a photo that is put while a walk passes it by', async () => {
    stored = [photo('a'), photo('b')];
    const gate = deferred<void>();
    held = gate.promise;
    const looking = listing.keepUp();
    listing.put(photo('new', { modifiedMs: 9 }));
    gate.resolve();
    await looking;
    expect(await ids({ limit: 9 })).to.equal('new a b at 0 of 3');
  });

  it('fails as its walk does, and tries again when it is asked again', async () => {
    held = Promise.reject(new Error('gone'));
    held.catch(() => undefined);
    stored = [photo('a')];
    expect(await listing.keepUp().catch((error: Error) => error.message)).to.equal('gone');
    held = Promise.resolve();
    expect(await ids({ limit: 9 })).to.equal('a at 0 of 1');
  });
});
