import { expect } from 'chai';
import path from 'node:path';
import { HandspringError } from '../../../src/core/errors.js';
import { hashContent } from '../../../src/photos/identity.js';
import { learnContent } from '../../../src/photos/index/learn-content.js';
import { MemoryStore } from '../../../src/photos/index/memory-store.js';
import { openPhotoCache } from '../../../src/photos/index/photo-cache.js';
import { MEDIA_KINDS } from '../../../src/photos/media/kinds.js';
import { MediaReaders } from '../../../src/photos/media/media-readers.js';
import { FFMPEG } from '../../support/ffmpeg.js';
import { makeFolder } from '../../support/folder.js';
import { rejectionOf } from '../../support/rejection.js';
import { ColourEmbedder } from './colour-embedder.js';
import { createFilm } from './colour-film.js';
import { createPhoto } from './colour-photo.js';

describe('MemoryStore, of photos and videos', function () {
  this.timeout(20_000);
  let made: Awaited<ReturnType<typeof makeFolder>>;
  let readers: MediaReaders;
  const passed: Record<string, string> = {};

  before(async function () {
    if (!FFMPEG) this.skip();
    made = await makeFolder({
      'red.png': await createPhoto('red'),
      'blue.webm': createFilm('blue'),
      'trips/red.webm': createFilm('red', { size: '90x160' }),
      'broken.mp4': Buffer.from('no film at all'),
    });
    readers = new MediaReaders({ maxSoundSeconds: 60, maxVideoSeconds: 60, ffmpeg: FFMPEG });
  });
  after(async () => {
    await readers?.close();
    await made?.remove();
  });

  const openStore = (options: Partial<ConstructorParameters<typeof MemoryStore>[0]> = {}) =>
    new MemoryStore({
      ...{ folder: made.folder, embedder: new ColourEmbedder(), kinds: MEDIA_KINDS, tools: readers.tools },
      ...{ maxImageBytes: 100_000, log: { warn: () => undefined } },
      onListed: (list) => {
        for (const one of list) passed[one.path] = one.reason;
      },
      ...options,
    });

  it('finds them by words and by each other, apart from the photos, with what there is to show', async () => {
    const store = openStore();
    await store.start();
    const { hits, total } = await store.searchByText('red', { limit: 9, kind: 'video' });
    expect(total).to.equal(2);
    expect(hits[0]).to.include({ name: 'trips/red.webm', kind: 'video', seconds: 2, width: 90, height: 160 });
    expect(hits[0]?.properties).to.deep.equal({ folder: 'trips', format: 'WebM', shape: 'portrait' });
    const like = await store.searchLike(hits[0]?.id ?? '', { limit: 1, kind: 'image' });
    expect(like.hits[0]?.name).to.equal('red.png');
    const by = await store.searchByImage(createFilm('blue', { seconds: 3 }), { limit: 1, kind: 'video' });
    expect(by.hits[0]?.name).to.equal('blue.webm');
    const { mediaType, body } = await store.openImage(hits[0]?.id ?? '');
    body.destroy();
    expect(mediaType).to.equal('video/webm');
    expect(store.progress().refused).to.have.length(1);
    await store.close();
  });

  it('passes them over, by reason, where there is no ffmpeg or no tower', async () => {
    const without = openStore({ hasFfmpeg: false });
    await without.start();
    expect(passed).to.deep.equal({
      'blue.webm': 'ffmpeg',
      'trips/red.webm': 'ffmpeg',
      'broken.mp4': 'ffmpeg',
    });
    await without.close();
    const deaf = openStore({ kinds: MEDIA_KINDS.filter(({ modality }) => modality !== 'video') });
    await deaf.start();
    expect(passed).to.deep.equal({ 'blue.webm': 'video', 'trips/red.webm': 'video', 'broken.mp4': 'video' });
    await deaf.close();
  });

  it('does not remember a refusal that an ffmpeg would lift', async () => {
    const film = createFilm('red');
    let asked = 0;
    const embedder = {
      embed: () => {
        asked += 1;
        return Promise.reject(new HandspringError('invalid_media', 'no ffmpeg', { reason: 'unsupported' }));
      },
    };
    const learn = async (name: string, bytes: Buffer) => {
      const cache = await openPhotoCache(path.join(made.folder, '.cache'), () => undefined);
      const how = { embedder, known: cache.contents('test'), kinds: MEDIA_KINDS, tools: undefined, name };
      await rejectionOf(learnContent(hashContent(bytes), () => Promise.resolve(bytes), how));
      await cache.close();
      return asked;
    };
    expect(await learn('a.webm', film)).to.equal(1);
    expect(await learn('a.webm', film)).to.equal(2);
    expect(await learn('a.mp3', Buffer.from('MThd'))).to.equal(3);
    expect(await learn('a.mp3', Buffer.from('MThd'))).to.equal(3);
  });
});
