import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { expect } from 'chai';
import { deferred } from '../../support/deferred.js';
import { openAddresses, refusalOf, usePhotoServers } from './photo-servers.js';

const PHOTO = Buffer.from('a photo');
const send: RequestListener = (_request, response) => void response.end(PHOTO);
const TOLD = 'the address could not be used';
const never = () => new AbortController().signal;

describe('images behind addresses', () => {
  const { start, photosAt } = usePhotoServers();

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
