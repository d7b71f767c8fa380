import type { RequestListener } from 'node:http';
import { expect } from 'chai';
import { openAddresses, refusalOf, usePhotoServers } from './photo-servers.js';

const PHOTO = Buffer.from('a photo');
const send: RequestListener = (_request, response) => void response.end(PHOTO);
const TOLD = 'the address could not be used';

describe('images behind addresses', () => {
  const { start, photosAt } = usePhotoServers();

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
});
