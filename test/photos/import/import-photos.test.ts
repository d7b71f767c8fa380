import { rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { HandspringError } from '../../../src/core/errors.js';
import { UnreadableTextError } from '../../../src/photos/captions/decode-text.js';
import { Backoff } from '../../../src/photos/import/backoff.js';
import { importPhotos } from '../../../src/photos/import/import-photos.js';
import type { ImportParts } from '../../../src/photos/import/import-photos.js';
import type { Photo } from '../../../src/photos/import/target.js';
import type { MediaKind } from '../../../src/photos/media/kind.js';
import { PHOTO, SOUND } from '../../../src/photos/media/kinds.js';
import { emptyTally } from '../../../src/photos/import/tally.js';
import type { Tally } from '../../../src/photos/import/tally.js';
import { deferred } from '../../support/deferred.js';
import { makeFolder } from '../../support/folder.js';
import { MemoryTarget } from '../../support/memory-target.js';

describe('an import', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let target: MemoryTarget;
  let captions: Record<string, string>;
  let failures: string[];

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({ 'a.jpg': 'a', 'b.jpg': 'b', 'sub/c.jpg': 'c', 'd.md': '' }));
    target = new MemoryTarget();
    captions = {};
    failures = [];
  });
  afterEach(() => remove());

  async function run(options: Partial<ImportParts> = {}): Promise<Tally & { refused: string | undefined }> {
    const tally = emptyTally();
    const refused = await importPhotos({
      sources: { root: folder, given: [folder] },
      target,
      captions: { of: (file) => Promise.resolve(captions[file.path]) },
      batch: { maxPhotos: 2, maxBytes: 1000 },
      concurrency: 2,
      maxImageBytes: 100,
      checksum: false,
      thorough: false,
      prune: false,
      dryRun: false,
      backoff: new Backoff({ patienceMs: 0, wait: () => Promise.resolve() }),
      stop: new AbortController().signal,
      tally,
      onProgress: () => undefined,
      onFailure: (file, reason) => void failures.push(`${file}: ${reason}`),
      ...options,
    });
    return { ...tally, refused };
  }

  const rewrite = (name: string, content: string) => writeFile(path.join(folder, name), content);

  it('stores every photo once; a second run sends nothing', async () => {
    expect(await run()).to.deep.include({ imported: 3, unchanged: 0, failed: 0, passed: { other: 1 } });
    expect(target.paths).to.deep.equal(['a.jpg', 'b.jpg', 'sub/c.jpg']);
    const sent = target.batches.length;
    expect(await run()).to.include({ imported: 0, unchanged: 3 });
    expect(target.batches).to.have.length(sent);
  });

  it('sends sounds as such where they are taken, with what there is to show of them, or without it', async () => {
    await rewrite('e.wav', 'sound');
    await rewrite('f.wav', 'none');
    expect(await run()).to.deep.include({ imported: 3, passed: { other: 1, audio: 2 } });
    const sent: Photo[] = [];
    target.beforeInsert = (photos) => void sent.push(...photos);
    const sound: MediaKind = {
      ...SOUND,
      readFacts: (bytes) =>
        String(bytes) === 'sound'
          ? Promise.resolve({ seconds: 2 })
          : Promise.reject(new HandspringError('invalid_media', 'expected a sound')),
    };
    const sources = { root: folder, given: [folder], kinds: [PHOTO, sound] };
    expect(await run({ sources })).to.deep.include({ imported: 2, unchanged: 3, passed: { other: 1 } });
    expect(sent.map(({ file, kind, facts }) => [file.path, kind.modality, facts])).to.have.deep.members([
      ['e.wav', 'audio', { seconds: 2 }],
      ['f.wav', 'audio', {}],
    ]);
    // Without a tower for them they stay, as their files do.
    expect(await run({ prune: true })).to.deep.include({ removed: 0, passed: { other: 1, audio: 2 } });
  });

  it('does not send again a file that was only touched', async () => {
    await run();
    await utimes(path.join(folder, 'a.jpg'), 1, 1);
    expect(await run()).to.include({ imported: 0, unchanged: 3 });
  });

  it('replaces the object of a file that has changed', async () => {
    await run();
    await rewrite('a.jpg', 'another');
    expect(await run()).to.include({ imported: 1, unchanged: 2, removed: 1 });
    expect(target.paths).to.deep.equal(['a.jpg', 'b.jpg', 'sub/c.jpg']);
  });

  it('trusts size and time unless told to read every file', async () => {
    const setBack = () => utimes(path.join(folder, 'a.jpg'), 1000, 1000);
    await setBack();
    await run();
    await rewrite('a.jpg', 'A');
    await setBack();
    expect(await run()).to.include({ imported: 0 });
    expect(await run({ checksum: true })).to.include({ imported: 1, removed: 1 });
  });

  it('sends a photo again whose caption has changed', async () => {
    await run();
    captions['a.jpg'] = 'a letter';
    expect(await run()).to.include({ imported: 1, unchanged: 2, removed: 0 });
  });

  it('repairs an object that no search would find', async () => {
    target.becomesWhole = ({ file }) => file.path !== 'b.jpg';
    expect(await run()).to.include({ imported: 2, failed: 1 });
    const [broken] = await target.lookUp(['a.jpg'], false);
    if (broken) target.objects.set(broken.id, { ...broken, whole: false });
    target.becomesWhole = () => true;
    expect(await run()).to.include({ imported: 2, unchanged: 1, failed: 0 });
    expect([...target.objects.values()].every(({ whole }) => whole)).to.equal(true);
  });

  it('compares thoroughly only after an import that did not come to its end', async () => {
    await run();
    target.lookUps.length = 0;
    await run();
    await run({ thorough: true });
    expect(target.lookUps).to.deep.equal(['quick', 'thorough']);
  });

  it('collects failures by file and goes on', async () => {
    await rewrite('b.jpg', 'b'.repeat(101));
    target.failureOf = ({ file }) =>
      file.path === 'a.jpg' ? { kind: 'refused', reason: 'no image' } : undefined;
    expect(await run()).to.include({ imported: 1, failed: 2 });
    expect(failures.sort()).to.deep.equal([
      'a.jpg: no image',
      'b.jpg: expected at most 100 bytes (MAX_IMAGE_BYTES), received 101',
    ]);
  });

  it('prunes only if asked: objects whose file is gone, and no others', async () => {
    await run();
    await rm(path.join(folder, 'b.jpg'));
    expect(await run()).to.include({ removed: 0 });
    target.objects.set('f', { id: 'f', path: '', bytes: 0, modifiedMs: 0, caption: '', whole: true });
    expect(await run({ prune: true })).to.include({ removed: 1, refused: undefined });
    expect(target.paths).to.deep.equal(['', 'a.jpg', 'sub/c.jpg']);
  });

  it('prunes only below what is given', async () => {
    await run();
    await rm(path.join(folder, 'a.jpg'));
    await run({ prune: true, sources: { root: folder, given: [path.join(folder, 'sub')] } });
    expect(target.paths).to.deep.equal(['a.jpg', 'b.jpg', 'sub/c.jpg']);
  });

  it('prunes nothing that it has just imported: links given by name, names that are not UTF-8', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('caf\xe9.jpg', 'latin1')]), 'e');
    const link = path.join(folder, 'link.jpg');
    await symlink(path.join(folder, 'a.jpg'), link);
    const sources = { root: folder, given: [folder, link] };
    expect(await run({ prune: true, sources })).to.include({ imported: 5, removed: 0 });
    expect(target.paths).to.deep.equal(['a.jpg', 'b.jpg', 'caf\\xE9.jpg', 'link.jpg', 'sub/c.jpg']);
    expect(await run({ prune: true, sources })).to.include({ unchanged: 5, removed: 0 });
    expect(await run({ prune: true })).to.include({ unchanged: 4, removed: 1 });
  });

  it('leaves objects alone whose files are excluded', async () => {
    await run();
    await rm(path.join(folder, 'sub/c.jpg'));
    const sources = { root: folder, given: [folder], exclude: ['sub/'] };
    expect(await run({ prune: true, sources })).to.deep.include({
      unchanged: 2,
      removed: 0,
      passed: { other: 1, excluded: 1 },
    });
  });

  it('says in plain words that a file is empty or too large', async () => {
    await rewrite('a.jpg', '');
    await rewrite('b.jpg', 'b'.repeat(101));
    expect(await run({ maxImageBytes: 100 })).to.include({ imported: 1, failed: 2 });
    expect(failures.sort()).to.deep.equal([
      'a.jpg: expected a photo, received an empty file',
      'b.jpg: expected at most 100 bytes (MAX_IMAGE_BYTES), received 101',
    ]);
  });

  it('imports a photo without the caption that it cannot read, and says so', async () => {
    const without: string[] = [];
    const captionless = () => Promise.reject(new UnreadableTextError('expected UTF-8'));
    const options = {
      captions: { of: captionless },
      onWithoutCaption: (file: string, reason: string) => void without.push(`${file}: ${reason}`),
    };
    expect(await run(options)).to.include({ imported: 3, failed: 0 });
    expect(without.sort()).to.deep.equal(
      ['a.jpg', 'b.jpg', 'sub/c.jpg'].map((file) => `${file}: expected UTF-8`),
    );
  });

  it('prunes nothing if it found nothing', async () => {
    await run();
    for (const name of ['a.jpg', 'b.jpg', 'sub/c.jpg']) await rm(path.join(folder, name));
    expect(await run({ prune: true })).to.include({ removed: 0, refused: 'nothing found' });
    expect(target.objects.size).to.equal(3);
  });

  it('changes nothing in a dry run, and counts what it would do', async () => {
    await run();
    await rewrite('a.jpg', 'another');
    await rm(path.join(folder, 'b.jpg'));
    await rewrite('new.jpg', 'n');
    const before = [...target.objects.keys()];
    expect(await run({ dryRun: true })).to.include({ imported: 2, unchanged: 1, removed: 1 });
    expect(await run({ dryRun: true, prune: true })).to.include({ imported: 2, removed: 2 });
    expect([...target.objects.keys()]).to.deep.equal(before);
    expect(await run({ dryRun: true, target: undefined })).to.include({ imported: 3 });
  });

  it('has no more batches under way than allowed, however many files there are', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, i) => rewrite(`${i}.jpg`, `${i}`)));
    const together = deferred<void>();
    target.beforeInsert = () => {
      if (target.inserting === 3) together.resolve();
      return together.promise;
    };
    expect(await run({ concurrency: 3 })).to.include({ imported: 303 });
    expect(target.mostInserting).to.equal(3);
    expect(Math.max(...target.batches.map((batch) => batch.length))).to.equal(2);
  });

  it('finishes what is under way when it is interrupted; the next run does the rest', async () => {
    const stop = new AbortController();
    const gate = deferred<void>();
    target.beforeInsert = () => {
      stop.abort();
      return gate.promise;
    };
    const running = run({ concurrency: 1, batch: { maxPhotos: 1, maxBytes: 1000 }, stop: stop.signal });
    gate.resolve();
    expect(await running).to.include({ imported: 1, failed: 0 });
    expect(target.objects.size).to.equal(1);
    expect(await run()).to.include({ imported: 2, unchanged: 1 });
  });

  it('stops with the reason when nobody answers any more', async () => {
    target.beforeInsert = () => {
      throw new Error('UNAVAILABLE: No connection established');
    };
    const error = await run({ concurrency: 1 }).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('name', 'ImportStopped');
    expect(error).to.have.property('message').that.includes('No connection established');
  });
});
