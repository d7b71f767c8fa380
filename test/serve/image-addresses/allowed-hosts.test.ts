import { expect } from 'chai';
import { findAllowedHost, parseAllowedHosts } from '../../../src/serve/image-addresses/allowed-hosts.js';

const isAllowed = (list: string, address: string) =>
  findAllowedHost(new URL(address), parseAllowedHosts(list)) !== undefined;

/** An entry, what it allows, and what it does not. */
const ENTRIES: readonly { list: string; yes: readonly string[]; no: readonly string[] }[] = [
  {
    list: 'photos.test',
    yes: ['https://photos.test/a.jpg', 'https://PHOTOS.test:443/', 'https://photos.test./'],
    no: [
      'http://photos.test/',
      'https://photos.test:8443/',
      'https://a.photos.test/',
      'https://photos.test.evil.test/',
      'ftp://photos.test/',
    ],
  },
  {
    list: '.photos.test',
    yes: ['https://a.photos.test/', 'https://a.b.photos.test/'],
    no: ['https://photos.test/', 'https://evilphotos.test/', 'http://a.photos.test/'],
  },
  {
    list: 'http://photos.test',
    yes: ['http://photos.test/', 'http://photos.test:80/'],
    no: ['https://photos.test/', 'http://photos.test:8080/'],
  },
  {
    list: 'photos.test:8443, private:http://minio:9000',
    yes: ['https://photos.test:8443/', 'http://minio:9000/bucket/a.jpg'],
    no: ['https://photos.test/', 'http://minio/', 'https://minio:9000/'],
  },
  {
    list: 'public',
    yes: ['https://photos.test/', 'https://8.8.8.8/', 'https://localhost/'],
    no: ['http://photos.test/', 'https://photos.test:8443/'],
  },
  {
    list: 'private:http://127.0.0.1:9000,private:http://[::1]:9000,8.8.8.8',
    yes: [
      'http://0x7f.1:9000/',
      'http://2130706433:9000/',
      'http://0177.0.0.1:9000/',
      'http://[0::1]:9000/',
      'https://8.8.2056/',
    ],
    no: ['http://127.0.0.2:9000/', 'http://[::ffff:127.0.0.1]:9000/', 'http://localhost:9000/'],
  },
  { list: 'bücher.test', yes: ['https://xn--bcher-kva.test/'], no: ['https://bucher.test/'] },
];

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['*', /the word public/],
  ['*.photos.test', /\.example\.org for all below it/],
  [',', /hosts with commas between/],
  ['ftp://photos.test', /hosts with commas/],
  ['https://photos.test/path', /hosts with commas/],
  ['https://user@photos.test', /hosts with commas/],
  ['photos test', /hosts with commas/],
  ['photos.test:99999', /hosts with commas/],
  ['private:.photos.test', /named one by one/],
  ['.8.8.8.8', /named one by one/],
  ['10.0.0.1', /private:10\.0\.0\.1, as 10\.0\.0\.1 is no public address/],
  ['http://[::ffff:10.0.0.1]', /is no public address/],
  ['private:http://169.254.169.254', /link-local/],
];

describe('IMAGE_URLS', () => {
  for (const { list, yes, no } of ENTRIES) {
    it(`of "${list}" allows what it names alone`, () => {
      for (const address of yes) expect(isAllowed(list, address), address).to.equal(true);
      for (const address of no) expect(isAllowed(list, address), address).to.equal(false);
    });
  }

  it('allows nothing where it is off or empty', () => {
    for (const list of ['off', 'OFF', '', ' ']) expect(parseAllowedHosts(list)).to.deep.equal([]);
  });

  for (const [list, expected] of REFUSED)
    it(`does not take "${list}"`, () => expect(() => parseAllowedHosts(list)).to.throw(expected));

  it('lets a host be private only where its own entry says so', () => {
    const hosts = parseAllowedHosts('public, .photos.test, private:a.photos.test');
    const mayBePrivate = (address: string) => findAllowedHost(new URL(address), hosts)?.mayBePrivate;
    expect(mayBePrivate('https://a.photos.test/')).to.equal(true);
    expect(mayBePrivate('https://b.photos.test/')).to.equal(false);
    expect(mayBePrivate('https://other.test/')).to.equal(false);
  });
});
