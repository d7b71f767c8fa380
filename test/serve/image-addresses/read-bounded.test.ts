import { gzipSync } from 'node:zlib';
import type { RequestListener } from 'node:http';
import { expect } from 'chai';
import { BodyRoom } from '../../../src/serve/body/body-room.js';
import { openAddresses, refusalOf, usePhotoServers } from './photo-servers.js';

const PHOTO = Buffer.from('a photo');
const TOLD = 'the address could not be used';
const never = () => new AbortController().signal;

describe('images behind addresses', () => {
  const { photosAt } = usePhotoServers();

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
});
