import { setMaxListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { expect } from 'chai';
import type { PendingContent } from '../../../src/core/embedder.js';
import { BodyRoom } from '../../../src/serve/body/body-room.js';
import { deferred } from '../../support/deferred.js';
import { openAddresses, refusalOf, startPhotos } from './photo-servers.js';
import type { Asking, PhotoServer } from './photo-servers.js';

const PHOTO = Buffer.from('a photo');
const send: RequestListener = (_request, response) => void response.end(PHOTO);
const TOLD = 'the address could not be used';
const never = () => new AbortController().signal;

describe('images behind addresses', () => {
  const servers: PhotoServer[] = [];
  const start = async (...args: Parameters<typeof startPhotos>) => {
    const server = await startPhotos(...args);
    servers.push(server);
    return server;
  };
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

  /** A server for `photos.test` and rules that allow it, at this machine. */
  async function photosAt(listener: RequestListener, asking: Partial<Asking> = {}, tls = false) {
    const server = await start(listener, { tls });
    const address = `${tls ? 'https' : 'http'}://photos.test:${server.port}`;
    const opened = openAddresses({
      hosts: `private:${address}`,
      names: { 'photos.test': [['127.0.0.1']] },
      ...asking,
    });
    return { server, opened, address };
  }

  it('are fetched, over TLS to the name of the address', async () => {
    const { server, opened, address } = await photosAt(send, {}, true);
    expect(await opened.load(`${address}/a.jpg?size=1#part`)).to.deep.equal(PHOTO);
    expect(server.asked).to.deep.equal([`photos.test:${server.port}/a.jpg?size=1`]);
    expect(await opened.count('ok')).to.equal(1);
    expect(opened.lines).to.deep.equal([]);
  });

  it('are asked for with nothing of the caller, and as they are', async () => {
    let headers: IncomingHttpHeaders = {};
    const { opened, address, server } = await photosAt((request, response) => {
      ({ headers } = request);
      response.setHeader('set-cookie', 'a=b').end(PHOTO);
    });
    for (let time = 0; time < 2; time++) await opened.load(`${address}/`);
    expect(headers).to.have.keys('host', 'accept', 'accept-encoding', 'user-agent', 'connection');
    expect(headers).to.include({ accept: 'image/*', 'accept-encoding': 'identity' });
    expect(server.connections()).to.equal(2);
  });

  it('are what the bytes say: no content type is looked at', async () => {
    const { opened, address } = await photosAt((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(PHOTO),
    );
    expect(await opened.load(address)).to.deep.equal(PHOTO);
  });

  it('ask no proxy of the environment', async () => {
    const proxy = await start(send);
    const { opened, address } = await photosAt(send);
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`;
    try {
      await opened.load(address);
    } finally {
      names.forEach((name, at) => {
        if (before[at] === undefined) delete process.env[name];
        else process.env[name] = before[at];
      });
    }
    expect(proxy.connections()).to.equal(0);
  });

  describe('that are not allowed are asked of nobody', () => {
    /** What a caller writes, and what the log says of it. */
    const SPELLINGS: readonly (readonly [string, string])[] = [
      ['https://other.test/a.jpg', 'not_allowed'],
      ['http://photos.test/a.jpg', 'not_allowed'],
      ['https://photos.test:8443/', 'not_allowed'],
      ['ftp://photos.test/a.jpg', 'not_allowed'],
      ['file:///etc/passwd', 'not_allowed'],
      ['gopher://127.0.0.1:6379/_INFO', 'not_allowed'],
      ['blob:https://photos.test/a', 'not_allowed'],
      ['javascript:alert(1)', 'not_allowed'],
      ['https://user:secret@photos.test/', 'no_address'],
      ['https://photos.test@evil.test/', 'no_address'],

      [`https://photos.test/${'a'.repeat(2048)}`, 'no_address'],
      [`https://photos.test/${'ü'.repeat(500)}`, 'no_address'],
      ['https://', 'no_address'],
      ['https://exa mple.test/', 'no_address'],
      ['https://[::1/', 'no_address'],
      ['https:photos.test.evil.test', 'not_allowed'],
    ];
    for (const [address, logged] of SPELLINGS) {
      it(address.slice(0, 60), async () => {
        const opened = openAddresses({ hosts: 'photos.test', names: {} });
        expect(await refusalOf(opened, address)).to.deep.equal({ told: TOLD, code: 'invalid_image', logged });
        expect(opened.resolved).to.deep.equal([]);
        expect(await opened.count(logged)).to.equal(1);
      });
    }

    it('a backslash is the slash that it is to a browser', async () => {
      const opened = openAddresses({ hosts: 'photos.test', names: {} });
      expect((await refusalOf(opened, 'https://photos.test\\@evil.test/')).logged).to.equal('no_such_host');
      expect(opened.resolved).to.deep.equal(['photos.test']);
    });

    const LOOPBACK = [
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '0177.0.0.1',
      '017700000001',
      '127.1',
      '0x7f000001',
      '127.0.0.1.',
    ];
    const IPV6 = [
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '[::]',
      '[::127.0.0.1]',
    ];
    const OTHERS = [
      '0',
      '0.0.0.0',
      '169.254.169.254',
      '2852039166',
      '0xa9fea9fe',
      '[::ffff:169.254.169.254]',
      '[fd00:ec2::254]',
      '①②⑦.⓪.⓪.①',
    ];
    for (const host of [...LOOPBACK, ...IPV6, ...OTHERS]) {
      it(`of every public host, ${host} is none`, async () => {
        const opened = openAddresses({ hosts: 'public', names: {} });
        expect((await refusalOf(opened, `https://${host}/latest/meta-data`)).logged).to.equal('not_public');
        expect(opened.resolved).to.deep.equal([]);
      });
    }

    for (const list of [
      ['127.0.0.1'],
      ['10.0.0.1'],
      ['8.8.8.8', '192.168.0.1'],
      ['::ffff:10.0.0.1'],
      ['fe80::1'],
    ]) {
      it(`a name that resolves to ${list.join(' and ')}`, async () => {
        const opened = openAddresses({ hosts: 'public, photos.test', names: { 'photos.test': [list] } });
        expect(await refusalOf(opened, 'https://photos.test/')).to.deep.include({
          told: TOLD,
          logged: 'not_public',
        });
      });
    }

    it('a private host whose name leads to where clouds tell secrets', async () => {
      const names = { 'photos.test': [['169.254.169.254']] };
      const opened = openAddresses({ hosts: 'private:http://photos.test', names });
      expect((await refusalOf(opened, 'http://photos.test/')).logged).to.equal('not_public');
    });
  });

  describe('resolve once', () => {
    it('and connect to that address, whatever the name says a moment later', async () => {
      const first = await start(send);
      const second = await start(send, { host: '127.0.0.2', port: first.port });
      const opened = openAddresses({
        hosts: `private:http://photos.test:${first.port}`,
        names: { 'photos.test': [['127.0.0.1'], ['127.0.0.2']] },
      });
      await opened.load(`http://photos.test:${first.port}/`);
      expect(opened.resolved).to.deep.equal(['photos.test']);
      expect(first.asked).to.deep.equal([`photos.test:${first.port}/`]);
      expect(second.connections()).to.equal(0);
    });

    it('and check the name again where it is asked for again', async () => {
      const { opened, address } = await photosAt(send, {
        names: { 'photos.test': [['127.0.0.1'], ['169.254.169.254']] },
      });
      await opened.load(address);
      expect((await refusalOf(opened, address)).logged).to.equal('not_public');
    });
  });

  describe('of redirects', () => {
    it('take three, relative ones too, and no fourth', async () => {
      const { opened, address, server } = await photosAt((request, response) => {
        const left = Number(request.url?.slice(1));
        if (left === 0) return void response.end(PHOTO);
        response.writeHead(302, { location: `/${left - 1}` }).end();
      });
      expect(await opened.load(`${address}/3`)).to.deep.equal(PHOTO);
      expect(await refusalOf(opened, `${address}/4`)).to.deep.include({ told: TOLD, logged: 'redirect' });
      expect(server.asked).to.have.length(8);
    });

    /** Where it leads, and what the log says. */
    const LEADS: readonly (readonly [string, string])[] = [
      ['http://127.0.0.1:9/', 'not_allowed'],
      ['https://127.0.0.1/', 'not_public'],
      ['https://[::ffff:10.0.0.1]/', 'not_public'],
      ['https://metadata.test/latest', 'not_public'],
      ['//metadata.test/latest', 'not_allowed'],
      ['file:///etc/passwd', 'not_allowed'],
      ['https://user@photos.test/', 'no_address'],
      ['https://nobody.test/', 'no_such_host'],
    ];
    for (const [location, logged] of LEADS) {
      it(`do not follow one to ${location}`, async () => {
        const server = await start((_request, response) => response.writeHead(307, { location }).end());
        const opened = openAddresses({
          hosts: `public, private:http://photos.test:${server.port}`,
          names: { 'photos.test': [['127.0.0.1']], 'metadata.test': [['169.254.169.254']] },
        });
        expect(await refusalOf(opened, `http://photos.test:${server.port}/`)).to.deep.include({
          told: TOLD,
          logged,
        });
        expect(server.asked).to.have.length(1);
      });
    }

    it('do not follow one from https to http, though both are allowed', async () => {
      const plain = await start(send);
      const location = `http://photos.test:${plain.port}/`;
      const secret = await start((_request, response) => response.writeHead(301, { location }).end(), {
        tls: true,
      });
      const opened = openAddresses({
        hosts: `private:${location.slice(0, -1)}, private:https://photos.test:${secret.port}`,
        names: { 'photos.test': [['127.0.0.1']] },
      });
      expect((await refusalOf(opened, `https://photos.test:${secret.port}/`)).logged).to.equal('redirect');
      expect(plain.connections()).to.equal(0);
    });

    it('do not stop where two hosts lead to each other, all at once', async () => {
      const other = { a: 'b', b: 'a' };
      const server = await start((request, response) => {
        const [, name = 'a', left = '0'] = /^\/(\w)\/(\d)/.exec(request.url ?? '') ?? [];
        const next = other[name as 'a' | 'b'];
        if (left === '0') return void response.end(PHOTO);
        const location = `http://${next}.photos.test:${server.port}/${next}/${Number(left) - 1}`;
        setTimeout(() => response.writeHead(302, { location }).end(), 5);
      });
      const origin = (name: string) => `http://${name}.photos.test:${server.port}`;
      const opened = openAddresses({
        hosts: `private:${origin('a')}, private:${origin('b')}`,
        names: { 'a.photos.test': [['127.0.0.1']], 'b.photos.test': [['127.0.0.1']] },
      });
      const loads = Array.from({ length: 12 }, (_, at) =>
        opened.load(`${origin('ab'[at % 2]!)}/${'ab'[at % 2]}/3`),
      );
      expect(await Promise.all(loads)).to.have.length(12);
    });
  });

  describe('are bounded', () => {
    /** What is answered, and what the log says. */
    const ANSWERS: readonly (readonly [string, RequestListener, string])[] = [
      ['none but 200', (_request, response) => response.writeHead(404).end(PHOTO), 'status'],
      ['not 206', (_request, response) => response.writeHead(206).end(PHOTO), 'status'],
      ['a redirect that leads nowhere', (_request, response) => response.writeHead(302).end(), 'redirect'],
      [
        'nothing compressed',
        (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(PHOTO)),
        'encoded',
      ],
      ['no broken one', (request) => request.socket.destroy(), 'refused'],
      [
        'none that ends early',
        (_request, response) => {
          response.writeHead(200, { 'content-length': 100 });
          response.write(PHOTO, () => response.socket?.destroy());
        },
        'refused',
      ],
      [
        'no header lines without end',
        (_request, response) => response.writeHead(200, { x: 'a'.repeat(100_000) }).end(),
        'refused',
      ],
    ];
    for (const [title, listener, logged] of ANSWERS) {
      it(`in what is taken: ${title}`, async () => {
        const { opened, address } = await photosAt(listener);
        expect(await refusalOf(opened, address)).to.deep.equal({ told: TOLD, code: 'invalid_image', logged });
        expect(opened.room.held).to.equal(0);
      });
    }

    it('in bytes, those that are announced and those that come', async () => {
      const expected = {
        told: 'expected an image of at most 1000 bytes (MAX_IMAGE_BYTES), received more',
        code: 'payload_too_large',
        logged: 'too_large',
      };
      let sent = 0;
      const endless: RequestListener = (_request, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(100))) sent += 100;
        };
        response.on('drain', more);
        more();
      };
      const announced: RequestListener = (_request, response) =>
        void response.writeHead(200, { 'content-length': 1001 }).flushHeaders();
      for (const listener of [endless, announced]) {
        const { opened, address } = await photosAt(listener, { maxImageBytes: 1000 });
        expect(await refusalOf(opened, address)).to.deep.equal(expected);
      }
      expect(sent).to.be.below(10_000_000);
      const { opened, address } = await photosAt((_request, response) => response.end(Buffer.alloc(1000)), {
        maxImageBytes: 1000,
      });
      expect(await opened.load(address)).to.have.length(1000);
    });

    it('in memory: pieces of a byte each come to their sum', async () => {
      const { opened, address } = await photosAt((_request, response) => {
        const next = (at: number): void => {
          if (at === 200) return void response.end();
          response.write(Buffer.of(at), () => setImmediate(next, at + 1));
        };
        next(0);
      });
      expect(await opened.load(address)).to.deep.equal(
        Buffer.from(Array.from({ length: 200 }, (_, at) => at)),
      );
    });

    for (const [how, tls] of [
      ['plainly', false],
      ['over TLS', true],
    ] as const) {
      it(`but not below what is allowed: a large image that comes at once, ${how}`, async () => {
        const large = Buffer.alloc(20_000_000, 7);
        const answer: RequestListener = (_request, response) => void response.end(large);
        const asking = { maxImageBytes: large.length, room: new BodyRoom(2 * large.length) };
        const { opened, address } = await photosAt(answer, asking, tls);
        expect((await opened.load(address)).equals(large)).to.equal(true);
      });
    }

    it('in what comes beside the image, chunks of a byte and answers before the answer: they would keep the thread busy', async () => {
      const pieces: RequestListener = (_request, response) => {
        const socket = response.socket!;
        const piece = '1\r\na\r\n'.repeat(1000);
        const more = () => {
          while (!socket.destroyed && socket.write(piece));
        };
        socket.on('drain', more);
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        more();
      };
      const hints: RequestListener = (_request, response) => {
        const more = () => {
          if (!response.destroyed)
            response.writeEarlyHints({ link: '</a>; rel=preload' }, () => setImmediate(more));
        };
        more();
      };
      for (const listener of [pieces, hints]) {
        const { opened, address } = await photosAt(listener, { maxImageBytes: 50_000_000 });
        const from = performance.now();
        expect(await refusalOf(opened, address)).to.deep.include({ told: TOLD, logged: 'refused' });
        expect(performance.now() - from).to.be.below(2000);
      }
    });

    it('in the memory of all bodies, from when they come until they are let go of', async () => {
      const room = new BodyRoom(1000);
      const other = room.enter('another', 0);
      other.grow(600);
      other.finish();
      const { opened, address } = await photosAt((_request, response) => response.end(Buffer.alloc(300)), {
        room,
      });
      const loaded = await opened.request()(address).load({ signal: never(), urgent: false });
      expect(room.held).to.equal(900);
      const failure = await refusalOf(opened, address);
      expect(failure.code).to.equal('overloaded');
      expect(failure.told).to.include('MAX_PENDING_BYTES');
      loaded.release();
      loaded.release();
      expect(room.held).to.equal(600);
      expect(await opened.load(address)).to.have.length(300);
    });

    it('in time: to connect, for the header lines, for the body, and for all redirects together', async () => {
      const slowly: RequestListener[] = [
        () => undefined,
        (_request, response) => {
          const beat = setInterval(() => response.write('a'), 10);
          response.on('close', () => clearInterval(beat));
        },
        (_request, response) => void setTimeout(() => response.writeHead(302, { location: '/' }).end(), 50),
      ];
      for (const listener of slowly) {
        const { opened, address } = await photosAt(listener, { totalMs: 120 });
        const from = performance.now();
        expect(await refusalOf(opened, address)).to.deep.equal({
          told: TOLD,
          code: 'invalid_image',
          logged: 'timeout',
        });
        expect(performance.now() - from).to.be.below(1000);
      }
    });

    it('in time: for a name server that does not answer', async () => {
      const resolve = () => new Promise<string[]>(() => undefined);
      const opened = openAddresses({
        hosts: 'photos.test',
        totalMs: 50,
        resolvers: { public: resolve, private: resolve },
      });
      expect((await refusalOf(opened, 'https://photos.test/')).logged).to.equal('timeout');
    });
  });

  it('are given up when the caller goes: nothing is told, logged or counted, and the connection is gone', async () => {
    const arrived = deferred<void>();
    const gone = deferred<void>();
    const { opened, address } = await photosAt((_request, response) => {
      response.on('close', () => gone.resolve());
      response.write('a', () => arrived.resolve());
    });
    const caller = new AbortController();
    const load = opened.load(address, caller.signal).catch((error: Error) => error.message);
    await arrived.promise;
    caller.abort(new Error('the caller hung up'));
    expect(await load).to.equal('the caller hung up');
    await gone.promise;
    expect(opened.lines).to.deep.equal([]);
    expect(opened.room.held).to.equal(0);
  });

  describe('take turns', () => {
    /** A server that answers when told, with the number it works on at once. */
    async function holding(hosts: readonly string[], options: Partial<Asking> = {}) {
      const waiting: (() => void)[] = [];
      const server = await start((_request, response) => void waiting.push(() => response.end(PHOTO)));
      const origin = (host: string) => `http://${host}:${server.port}/`;
      const opened = openAddresses({
        hosts: hosts.map((host) => `private:${origin(host).slice(0, -1)}`).join(),
        names: Object.fromEntries(hosts.map((host) => [host, [['127.0.0.1']]])),
        ...options,
      });
      /** How many come before nothing more does. */
      const arrive = async () => {
        for (let before = -1; before !== waiting.length;) {
          before = waiting.length;
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
        return waiting.length;
      };
      return { opened, origin, waiting, arrive };
    }
    const load = ({ load }: PendingContent) => load({ signal: never(), urgent: false });
    const HOSTS = Array.from({ length: 8 }, (_, at) => `h${at}.test`);

    it('four at once of a request, until they are prepared', async () => {
      const { opened, origin, waiting, arrive } = await holding(HOSTS);
      const request = opened.request();
      const loads = HOSTS.map((host) => load(request(origin(host))));
      expect(await arrive()).to.equal(4);
      waiting.forEach((answer) => answer());
      const loaded = await Promise.all(loads.slice(0, 4));
      expect(await arrive()).to.equal(4);
      loaded.forEach(({ release }) => release());
      expect(await arrive()).to.equal(8);
      waiting.forEach((answer) => answer());
      await Promise.all(loads);
    });

    it('four at once of a host', async () => {
      const { opened, origin, waiting, arrive } = await holding(['h0.test']);
      const loads = HOSTS.map((_, at) => load(opened.request(`caller ${at}`)(origin('h0.test'))));
      expect(await arrive()).to.equal(4);
      waiting.forEach((answer) => answer());
      expect(await arrive()).to.equal(8);
      waiting.forEach((answer) => answer());
      await Promise.all(loads);
    });

    it('eight at once of a caller, sixteen of all', async () => {
      const { opened, origin, waiting, arrive } = await holding(HOSTS);
      const all = HOSTS.flatMap((host) => Array.from({ length: 4 }, () => origin(host)));
      const mine = all.slice(0, 12).map((address) => load(opened.request('me')(address)));
      expect(await arrive()).to.equal(8);
      const others = all.slice(12).map((address, at) => load(opened.request(`other ${at}`)(address)));
      expect(await arrive()).to.equal(16);
      const ended = Promise.all([...mine, ...others].map(async (one) => (await one).release()));
      for (let answered = 0; answered < 32;) {
        await arrive();
        for (const answer of waiting.slice(answered)) answer();
        answered = waiting.length;
      }
      await ended;
    });

    it('wait in a bounded number: beyond it requests are refused, but for the only one', async () => {
      const { opened, origin, waiting, arrive } = await holding(HOSTS, { maxWaiting: 3 });
      const request = opened.request();
      const loads = HOSTS.slice(0, 5).map((host) => load(request(origin(host))));
      await arrive();
      const refused = await load(opened.request('other')(origin('h7.test'))).catch((error: unknown) => error);
      expect(refused).to.include({ code: 'overloaded', limit: 'MAX_PENDING_ITEMS' });
      const ended = Promise.all(loads.map(async (one) => (await one).release()));
      for (let answered = 0; answered < 5;) {
        await arrive();
        for (const answer of waiting.slice(answered)) answer();
        answered = waiting.length;
      }
      await ended;
      const next = load(opened.request('other')(origin('h7.test')));
      expect(await arrive()).to.equal(6);
      waiting.at(-1)?.();
      await next;
    });

    it('give theirs up when the caller goes while it waits', async () => {
      const { opened, origin, waiting, arrive } = await holding(HOSTS);
      const caller = new AbortController();
      setMaxListeners(0, caller.signal); // as of a request
      const request = opened.request();
      const loads = HOSTS.map((host) => request(origin(host)).load({ signal: caller.signal, urgent: false }));
      await arrive();
      caller.abort(new Error('gone'));
      await Promise.allSettled(loads);
      const next = HOSTS.slice(0, 4).map((host) => load(opened.request()(origin(host))));
      expect(await arrive()).to.equal(8);
      waiting.forEach((answer) => answer());
      await Promise.all(next);
    });
  });

  it('are logged once a request, and counted each', async () => {
    const opened = openAddresses({ hosts: 'photos.test' });
    const request = opened.request();
    const loads = Array.from({ length: 20 }, () =>
      request('https://other.test/').load({ signal: never(), urgent: false }),
    );
    await Promise.allSettled(loads);
    expect(opened.lines).to.have.length(1);
    expect(await opened.count('not_allowed')).to.equal(20);
  });

  it('are logged without their query, and what is no address not at all', async () => {
    const opened = openAddresses({ hosts: 'photos.test' });
    await refusalOf(opened, 'https://user:secret@other.test/a.jpg?signature=secret#secret');
    await refusalOf(opened, 'https://other.test/a.jpg?signature=secret#secret');
    await refusalOf(opened, 'secret:::no address');
    expect(JSON.stringify(opened.lines)).to.not.include('secret');
    expect(opened.lines.map(({ address }) => address)).to.deep.equal([
      'https://other.test/a.jpg',
      'https://other.test/a.jpg',
      'no web address',
    ]);
    expect(opened.lines[1]).to.include({ level: 40, requestId: 'r-1', reason: 'not_allowed' });
  });
});
