import { expect } from 'chai';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../../src/core/own-module.js';
import type {
  AddAnswer,
  InfoAnswer,
  PhotoAnswer,
  PhotosAnswer,
  SearchAnswer,
} from '../../../src/photos/index/answers.js';
import type { StoredImage } from '../../../src/photos/index/store.js';
import { HandspringError } from '../../../src/core/errors.js';
import { MemoryStore } from '../../../src/photos/index/memory-store.js';
import { Thumbnails } from '../../../src/photos/index/thumbnails.js';
import { ColourEmbedder } from '../../photos/index/colour-embedder.js';
import { createPhoto } from '../../photos/index/colour-photo.js';
import { ItemLimits } from '../../../src/serve/access/item-limits.js';
import { parseRate } from '../../../src/serve/access/rate.js';
import type { AppParts } from '../../../src/serve/app.js';
import { startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';
import { makeFolder } from '../../support/folder.js';
import { createSearchRoutes } from '../../../src/serve/search/search-routes.js';

const MAX_IMAGE_BYTES = 20_000;
const PAGE_SOURCE = fileURLToPath(new URL('src/page/', ROOT));

/** An image of which there is always more. */
function endlessZeros(): Readable {
  return new Readable({
    read() {
      this.push(Buffer.alloc(1024));
    },
  });
}

function toStoredImage(body: Readable): StoredImage {
  return { body, bytes: 2 ** 40, mediaType: 'image/png', immutable: true };
}

describe('the search routes', () => {
  let url: string;
  let stop: () => Promise<void>;
  let remove: () => Promise<void>;
  let store: MemoryStore;
  let thumbnails: Thumbnails;
  let embedder: ColourEmbedder;
  let metrics: TestApp['metrics'];

  async function start(
    changes: { allowAdding?: boolean; allowedHosts?: string[] } = {},
    parts: Partial<AppParts> = {},
  ): Promise<void> {
    const files = {
      'red.png': await createPhoto('red'),
      'blue.gif': await createPhoto('blue', { format: 'gif' }),
    };
    const { folder, remove: removeFolder } = await makeFolder(files);
    remove = removeFolder;
    embedder = new ColourEmbedder();
    store = new MemoryStore({
      folder,
      embedder,
      maxImageBytes: MAX_IMAGE_BYTES,
      log: { warn: () => undefined },
    });
    await store.start();
    thumbnails = new Thumbnails({
      limits: { maxBytes: MAX_IMAGE_BYTES, maxPixels: 1_000_000 },
      maxPendingPixels: 1_000_000,
    });
    const routes = createSearchRoutes({
      store,
      thumbnails,
      model: { name: 'colour', title: 'Colour', note: 'It is not CLIP.', dimensions: 3 },
      allowAdding: true,
      allowedHosts: [],
      maxImageBytes: MAX_IMAGE_BYTES,
      examples: ['red'],
      pageFolder: PAGE_SOURCE,
      ...changes,
    });
    const app = await startTestApp({ ...parts, extra: routes });
    metrics = app.metrics;
    url = app.url;
    stop = () => app.close();
  }

  async function read<T>(path: string, init?: RequestInit): Promise<T> {
    return (await (await fetch(`${url}${path}`, init)).json()) as T;
  }

  const post = (path: string, body: Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', body: new Uint8Array(body), headers });

  afterEach(async () => {
    await stop();
    await thumbnails.close();
    await store.close();
    await remove();
  });

  it("count what they embed against a caller's limits, and nothing else", async () => {
    await start({}, { access: { limits: new ItemLimits({ rate: parseRate('3/d') }) } });
    const { photos } = await read<PhotosAnswer>('/search/photos');
    const left = async (response: Response) => {
      await response.arrayBuffer();
      return `${response.status} ${response.headers.get('ratelimit')?.split(';')[1]}`;
    };
    expect(await left(await fetch(`${url}/search/query?q=red`))).to.equal('200 r=2');
    expect(await left(await fetch(`${url}/search/like/${photos[0]?.id}`))).to.equal('200 undefined');
    expect(await left(await post('/search/by-image', await createPhoto('red')))).to.equal('200 r=1');
    const added = await createPhoto('green');
    expect(await left(await post('/search/images?name=green.png', added))).to.equal('201 r=0');
    const refused = await fetch(`${url}/search/query?q=blue`);
    expect(((await refused.json()) as { error: string }).error).to.include('RATE_LIMIT=3/d');
    expect(refused.status).to.equal(429);
    expect(embedder.texts).to.deep.equal(['red']);
    expect((await fetch(`${url}/search/info`)).status).to.equal(200);
  });

  describe('with the usual options', () => {
    beforeEach(() => start());

    it('tell the page the model, the store, the progress and what may be done', async () => {
      const info = await read<InfoAnswer>('/search/info');
      expect(info.model).to.deep.equal({
        name: 'colour',
        title: 'Colour',
        note: 'It is not CLIP.',
        dimensions: 3,
      });
      expect(info.store.count).to.equal(2);
      expect(info.progress).to.include({ state: 'ready', done: 2, total: 2 });
      expect(info.adding).to.deep.equal({ allowed: true });
      expect(info.examples).to.deep.equal(['red']);
    });

    it('answer a text with the photos best first, the scores and the time taken', async () => {
      const { hits, tookMs, truncated } = await read<SearchAnswer>('/search/query?q=%20blue%20&limit=1');
      expect(hits).to.have.length(1);
      expect(hits[0]).to.include({ name: 'blue.gif' });
      expect(hits[0]?.score).to.be.within(0.99, 1.0001);
      expect(tookMs).to.be.a('number');
      expect(truncated).to.equal(false);
      expect(embedder.texts).to.deep.equal(['blue']);
    });

    it('hold an image that is sent against MAX_PENDING_BYTES until it is answered', async () => {
      const held: number[] = [];
      const embed = embedder.embed.bind(embedder);
      embedder.embed = async (...args) => {
        held.push((await metrics.bodyBytesAdmitted.get()).values[0]?.value ?? NaN);
        return embed(...args);
      };
      const photo = await createPhoto('red');
      expect((await post('/search/by-image', photo)).status).to.equal(200);
      expect(held).to.deep.equal([photo.length]);
      expect((await metrics.bodyBytesAdmitted.get()).values[0]?.value).to.equal(0);
    });

    it('answer any stretch of the list, the one a photo is in, and one photo by itself', async () => {
      const all = await read<PhotosAnswer>('/search/photos');
      expect(all).to.include({ offset: 0, total: 2 });
      const [, second] = all.photos;
      const rest = await read<PhotosAnswer>('/search/photos?limit=1&offset=1');
      expect(rest).to.deep.equal({ photos: [second], offset: 1, total: 2 });
      expect(await read<PhotosAnswer>(`/search/photos?limit=1&at=${second?.id}`)).to.deep.equal(rest);
      const found = await read<SearchAnswer>('/search/query?q=red&limit=1&offset=1');
      expect(found).to.include({ offset: 1, total: 2 });
      expect(found.hits.map(({ name }) => name)).to.deep.equal(['blue.gif']);
      const { photo } = await read<PhotoAnswer>(`/search/photos/${second?.id}`);
      expect(photo).to.deep.equal(second);
      expect(await fetch(`${url}/search/photos/gone`)).to.include({ status: 404 });
      for (const wrong of ['limit=0', 'limit=481', 'limit=x', 'offset=-1', 'offset=1.5']) {
        expect(await fetch(`${url}/search/photos?${wrong}`), wrong).to.include({ status: 400 });
      }
    });

    it('filter by a property', async () => {
      const { hits } = await read<SearchAnswer>('/search/query?q=blue&property=format&value=PNG');
      expect(hits.map(({ name }) => name)).to.deep.equal(['red.png']);
      const { photos } = await read<PhotosAnswer>('/search/photos?property=format&value=GIF');
      expect(photos.map(({ name }) => name)).to.deep.equal(['blue.gif']);
    });

    it('search by an image in the body, and for photos like one', async () => {
      const response = await post('/search/by-image?limit=1', await createPhoto('red', { format: 'jpeg' }));
      const { hits } = (await response.json()) as SearchAnswer;
      expect(hits[0]?.name).to.equal('red.png');
      const like = await read<SearchAnswer>(`/search/like/${hits[0]?.id}`);
      expect(like.like?.name).to.equal('red.png');
      expect(like.hits.map(({ name }) => name)).to.deep.equal(['blue.gif']);
    });

    it('serve the image as it is and as a thumbnail, cached for good and harmless when opened alone', async () => {
      const { photos } = await read<PhotosAnswer>('/search/photos?property=format&value=GIF');
      const image = await fetch(`${url}/search/images/${photos[0]?.id}`);
      expect(image.headers.get('content-type')).to.equal('image/gif');
      expect(image.headers.get('content-security-policy')).to.include('sandbox');
      expect(image.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(image.headers.get('cross-origin-resource-policy')).to.equal('same-origin');
      expect(image.headers.get('content-length')).to.match(/^\d+$/);
      expect(
        Buffer.from(await image.arrayBuffer())
          .subarray(0, 3)
          .toString(),
      ).to.equal('GIF');
      const thumbnail = await fetch(`${url}/search/images/${photos[0]?.id}?size=thumb`);
      expect(thumbnail.headers.get('content-type')).to.equal('image/webp');
      expect(thumbnail.headers.get('cache-control')).to.include('immutable');
      const etag = thumbnail.headers.get('etag') ?? '';
      const again = await fetch(thumbnail.url, {
        headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' },
      });
      expect(again.status).to.equal(304);
    });

    it('let no browser keep what went wrong', async () => {
      store.openImage = () => Promise.resolve(toStoredImage(Readable.from([Buffer.from('no image')])));
      const broken = await fetch(`${url}/search/images/any?size=thumb`);
      expect(broken.status).to.equal(422);
      expect(broken.headers.get('cache-control')).to.equal('no-store');
      expect(broken.headers.get('etag')).to.equal(null);
    });

    describe('of a sound, in which a player moves about', () => {
      const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));
      let opened: Readable[];
      beforeEach(() => {
        opened = [];
        store.openImage = () => {
          const body = Readable.from([bytes.subarray(0, 300), bytes.subarray(300)]);
          opened.push(body);
          return Promise.resolve({ body, bytes: 1000, mediaType: 'audio/wav', immutable: true });
        };
      });
      const ask = async (range?: string) => {
        const headers: Record<string, string> = range === undefined ? {} : { range };
        const response = await fetch(`${url}/search/images/any`, { headers });
        const header = (name: string) => response.headers.get(name);
        return {
          status: response.status,
          type: header('content-type'),
          range: header('content-range'),
          length: header('content-length'),
          accepts: header('accept-ranges'),
          body: Buffer.from(await response.arrayBuffer()),
        };
      };

      it('send the whole, and say that a part can be had', async () => {
        const { body, ...answer } = await ask();
        const whole = { status: 200, type: 'audio/wav', range: null, length: '1000', accepts: 'bytes' };
        expect(answer).to.deep.equal(whole);
        expect(body).to.deep.equal(bytes);
        expect((await ask('lines=1-2')).status, 'another unit').to.equal(200);
      });

      for (const [range, from, to] of [
        ['bytes=0-', 0, 999],
        ['bytes=250-349', 250, 349],
        ['bytes=990-5000', 990, 999],
        ['bytes=-10', 990, 999],
      ] as const)
        it(`send ${range} with 206`, async () => {
          const { body, ...answer } = await ask(range);
          expect(answer).to.deep.equal({
            ...{ status: 206, type: 'audio/wav', accepts: 'bytes' },
            ...{ range: `bytes ${from}-${to}/1000`, length: String(to - from + 1) },
          });
          expect(body).to.deep.equal(bytes.subarray(from, to + 1));
          expect(opened.every(({ destroyed }) => destroyed)).to.equal(true);
        });

      it('answer 416 with its length where there is nothing of it, and close the file', async () => {
        for (const range of ['bytes=1000-', 'bytes=-0']) {
          const { status, range: told, body } = await ask(range);
          expect([status, told, body.length]).to.deep.equal([416, 'bytes */1000', 0]);
        }
        expect(opened.map(({ destroyed }) => destroyed)).to.deep.equal([true, true]);
      });
    });

    it('send few originals at once, in pieces, and the others when it is their turn', async () => {
      let opened = 0;
      store.openImage = () => {
        opened += 1;
        return Promise.resolve(toStoredImage(endlessZeros()));
      };
      const callers = Array.from({ length: 20 }, () => {
        const caller = new AbortController();
        const answer = fetch(`${url}/search/images/any`, { signal: caller.signal });
        return { caller, answer };
      });
      await Promise.all(callers.slice(0, 16).map(({ answer }) => answer));
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(opened).to.equal(16);
      callers[0]?.caller.abort();
      await callers[16]?.answer;
      expect(opened).to.equal(17);
      for (const { caller, answer } of callers) {
        caller.abort();
        await answer.catch(() => undefined);
      }
    });

    it('show a person who comes to a page that is not there a page, and a program its JSON', async () => {
      const person = await fetch(`${url}/elsewhere`, { headers: { Accept: 'text/html,*/*;q=0.8' } });
      expect(person.status).to.equal(404);
      expect(person.headers.get('content-type')).to.include('text/html');
      expect(person.headers.get('content-security-policy')).to.include("default-src 'none'");
      expect(await person.text()).to.include('There is no such page');
      const program = await fetch(`${url}/elsewhere`);
      expect(program.headers.get('content-type')).to.include('application/json');
    });

    it('add a photo once and name the photo it is', async () => {
      const bytes = await createPhoto('green');
      const first = await post('/search/images?name=a%2Fgreen.png', bytes);
      expect(first.status).to.equal(201);
      const added = (await first.json()) as AddAnswer;
      expect(added).to.have.nested.property('photo.name', 'green.png');
      const second = await post('/search/images?name=other.png', bytes);
      expect(second.status).to.equal(200);
      expect(await second.json()).to.deep.equal({ ...added, outcome: 'duplicate' });
    });

    const refused: [title: string, path: string, status: number, message: string][] = [
      ['a query without text', '/search/query?q=%20', 400, 'q: expected a text, received none'],
      ['a query that is too long', `/search/query?q=${'a'.repeat(2001)}`, 400, 'received 2001'],
      ['a query that is given twice', '/search/query?q=a&q=b', 400, 'q: expected one value'],
      [
        'a limit that is no number',
        '/search/photos?limit=ten',
        400,
        'limit: expected a whole number from 1 to',
      ],
      ['a limit of none', '/search/photos?limit=0', 400, 'limit: expected a whole number from 1 to'],
      [
        'a limit out of range',
        '/search/photos?limit=481',
        400,
        'limit: expected a whole number from 1 to 480',
      ],
      ['half a filter', '/search/photos?property=format', 400, 'property, value: expected both or neither'],
      ['an unknown photo', '/search/like/nothing', 404, 'id: expected a photo of this store'],
      [
        'an unknown image',
        '/search/images/..%2F..%2Fetc%2Fpasswd',
        404,
        'id: expected a photo of this store',
      ],
      ['an unknown size', '/search/images/x?size=toString', 400, 'size: expected thumb or large'],
    ];
    for (const [title, path, status, message] of refused) {
      it(`refuse ${title}`, async () => {
        const response = await fetch(`${url}${path}`);
        const body = (await response.json()) as { error: string };
        expect(response.status).to.equal(status);
        expect(body.error).to.include(message);
      });
    }

    it('refuse bodies that are empty, too large or no image', async () => {
      for (const path of ['/search/by-image', '/search/images?name=a.png']) {
        const answers = await Promise.all([
          post(path, new Uint8Array()),
          post(path, new Uint8Array(MAX_IMAGE_BYTES + 1)),
          post(path, Buffer.from('text')),
        ]);
        expect(answers.map(({ status }) => status)).to.deep.equal([400, 413, 422]);
      }
    });

    it('refuse to take an image from a page of another site', async () => {
      const bytes = await createPhoto('green');
      const foreign: Record<string, string>[] = [
        { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site' },
        { Origin: 'https://elsewhere.example' },
        { Origin: 'null' },
      ];
      for (const headers of foreign) {
        for (const path of ['/search/images?name=a.png', '/search/by-image']) {
          expect(await post(path, bytes, headers)).to.include({ status: 400 });
        }
      }
      expect(await post('/search/images?name=a.png', bytes, { Origin: url })).to.include({ status: 201 });
    });

    it('refuse a host name that has been pointed at this machine', async () => {
      for (const host of ['evil.example:80', '[::1]evil.example', '[::1', '127.0.0.1.evil.example', '::1:80'])
        expect(await statusFor(url, host), host).to.equal(400);
      expect(await statusFor(url, 'localhost.evil.example')).to.equal(400);
      for (const host of ['localhost:8080', '127.0.0.1', '192.168.1.5:80', '[::1]:8080', 'demo.localhost']) {
        expect(await statusFor(url, host), host).to.equal(200);
      }
    });

    it('serve the page with a policy that allows its own files only', async () => {
      const page = await fetch(`${url}/`);
      expect(page.status).to.equal(200);
      const html = await page.text();
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).to.include("default-src 'none'").and.to.include("script-src 'self'");
      expect(policy).not.to.include('unsafe');
      expect(html).not.to.match(/<script(?![^>]*src=)|style="|https?:\/\/(?!www\.w3\.org)/);
    });

    it('put no headers of the page on what they do not answer', async () => {
      const other = await fetch(`${url}/elsewhere`);
      expect(other.status).to.equal(404);
      expect(other.headers.get('cache-control')).to.equal(null);
    });

    it('stop working for a caller that has gone', async () => {
      let seen: AbortSignal | undefined;
      const arrived = new Promise<void>((resolve) => {
        embedder.embed = (_request, options) =>
          new Promise((_, reject) => {
            seen = options?.signal;
            seen?.addEventListener('abort', () => reject(new HandspringError('deadline', 'gone')));
            resolve();
          });
      });
      const caller = new AbortController();
      const call = fetch(`${url}/search/query?q=red`, { signal: caller.signal }).catch(() => undefined);
      await arrived;
      const aborted = new Promise((resolve) => seen?.addEventListener('abort', resolve));
      caller.abort();
      await call;
      await aborted;
    });
  });

  it('add nothing where adding is switched off', async () => {
    await start({ allowAdding: false });
    const response = await post('/search/images?name=a.png', await createPhoto('green'));
    expect(response.status).to.equal(405);
    expect((await read<InfoAnswer>('/search/info')).adding).to.deep.equal({ allowed: false });
    expect((await store.list({ limit: 9 })).photos).to.have.length(2);
  });

  it('answer under a host name that is allowed', async () => {
    await start({ allowedHosts: ['Photos.example'] });
    expect(await statusFor(url, 'photos.example:8080')).to.equal(200);
    expect(await statusFor(url, 'other.example')).to.equal(400);
  });
});

/** fetch does not let a test choose the Host header. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/search/info`, { headers: { Host: host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end();
  });
}
