import { expect } from 'chai';
import { Backoff } from '../../../src/photos/import/backoff.js';
import { ImportStopped } from '../../../src/photos/import/patiently.js';
import { Sender } from '../../../src/photos/import/sender.js';
import type { FailureKind } from '../../../src/photos/weaviate/failure-kind.js';
import { MemoryTarget } from '../../support/memory-target.js';
import { photoOf } from '../../support/photo.js';

function setUp({ concurrency = 4, patienceMs = 1000 } = {}) {
  let now = 0;
  const target = new MemoryTarget();
  const stop = new AbortController();
  const waits: number[] = [];
  const events: string[] = [];
  const sender = new Sender({
    target,
    remove: (id) => target.remove(id),
    backoff: new Backoff({
      patienceMs,
      now: () => now,
      random: () => 1,
      wait: (ms) => {
        now += ms;
        return Promise.resolve(waits.push(ms));
      },
    }),
    concurrency,
    events: {
      imported: ({ file }) => void events.push(`${file.path} in`),
      failed: ({ file }, reason) => void events.push(`${file.path}: ${reason}`),
      removed: (count) => void events.push(`${count} removed`),
    },
    stop: stop.signal,
  });
  return { sender, target, events, waits, stop };
}

/** Fails a photo the first `times` times. */
function failing(target: MemoryTarget, path: string, kind: FailureKind, times = Infinity): void {
  let left = times;
  target.failureOf = ({ file }) =>
    file.path === path && left-- > 0 ? { kind, reason: `it is ${kind}` } : undefined;
}

describe('sending a batch', () => {
  const batch = [photoOf('a'), photoOf('b'), photoOf('c')];

  it('stores all of it', async () => {
    const { sender, target, events, waits } = setUp();
    expect(await sender.send(batch)).to.deep.equal([]);
    expect(target.paths).to.deep.equal(['a', 'b', 'c']);
    expect(events).to.deep.equal(['a in', 'b in', 'c in']);
    expect(waits).to.deep.equal([]);
  });

  it('fails only the photo that is refused, at once', async () => {
    const { sender, target, events } = setUp();
    failing(target, 'b', 'refused');
    await sender.send(batch);
    expect(events).to.deep.equal(['a in', 'b: it is refused', 'c in']);
    expect(target.batches).to.have.length(1);
  });

  it('sends again only what was refused for the moment, later, and with fewer at once', async () => {
    const { sender, target, waits } = setUp();
    failing(target, 'b', 'busy', 2);
    await sender.send(batch);
    expect(target.batches).to.deep.equal([['a', 'b', 'c'], ['b'], ['b']]);
    expect(waits).to.deep.equal([500, 1000]);
    expect(sender.limit.current).to.equal(2);
  });

  it('gives a photo up that is busy again and again while others go through', async () => {
    const { sender, target, events } = setUp({ patienceMs: Infinity });
    failing(target, 'b', 'busy');
    await sender.send(batch);
    expect(events.at(-1)).to.equal('b: it is busy');
    expect(target.batches.length).to.be.within(5, 20);
  });

  it('tries an unexplained failure three times', async () => {
    const { sender, target, events } = setUp();
    failing(target, 'b', 'unknown');
    await sender.send(batch);
    expect(target.batches).to.deep.equal([['a', 'b', 'c'], ['b'], ['b']]);
    expect(events).to.deep.equal(['a in', 'c in', 'b: it is unknown']);
  });

  it('sends one by one what is refused as a whole, to find whose fault it is', async () => {
    const { sender, target, events } = setUp();
    target.beforeInsert = (photos) => {
      if (photos.some(({ file }) => file.path === 'b')) throw new Error('Sent message larger than max');
    };
    await sender.send(batch);
    expect(target.paths).to.deep.equal(['a', 'c']);
    expect(events).to.include('b: Sent message larger than max');
  });

  it('waits while nobody answers and stops when that has lasted longer than its patience', async () => {
    const { sender, target, waits } = setUp({ patienceMs: 4000 });
    target.beforeInsert = () => {
      throw new Error('/weaviate.v1.Weaviate/BatchObjects UNAVAILABLE: No connection established');
    };
    const error = await sender.send(batch).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ImportStopped);
    expect(waits).to.deep.equal([500, 1000, 2000, 4000]);
  });

  it('stops at once where it may not', async () => {
    const { sender, target, waits } = setUp();
    failing(target, 'b', 'denied');
    const error = await sender.send(batch).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ImportStopped).with.property('message', 'it is denied');
    expect(waits).to.deep.equal([]);
  });

  it('stores anew what was taken and is not found again, as after a crash in between', async () => {
    const { sender, target, events } = setUp();
    let crashes = 1;
    target.becomesWhole = ({ file }) => file.path !== 'b' || crashes-- <= 0;
    await sender.send(batch);
    expect([...target.objects.values()].every(({ whole }) => whole)).to.equal(true);
    expect(target.paths).to.deep.equal(['a', 'b', 'c']);
    expect(events).to.deep.equal(['a in', 'c in', 'b in']);
    // The second time an approximate index may miss it.
    expect(target.lookUps).to.deep.equal(['thorough', 'thorough', 'quick']);
  });

  it('removes the objects of replaced content once the new one is in, or will never be', async () => {
    for (const kind of [undefined, 'refused', 'unknown'] as const) {
      const { sender, target, events } = setUp();
      const old = photoOf('old');
      await target.insert([old]);
      if (kind) failing(target, 'new', kind);
      await sender.send([photoOf('new', 3, [old.id])]);
      expect(target.objects.has(old.id), kind).to.equal(kind === 'unknown');
      expect(events.includes('1 removed'), kind).to.equal(kind !== 'unknown');
    }
  });

  it('gives back what is not in when it is stopped between two tries', async () => {
    const { sender, target, stop, events } = setUp();
    failing(target, 'b', 'busy');
    target.beforeInsert = () => stop.abort();
    const left = await sender.send(batch);
    expect(left.map(({ file }) => file.path)).to.deep.equal(['b']);
    expect(events).to.deep.equal(['a in', 'c in']);
  });
});
