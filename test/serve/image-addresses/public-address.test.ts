import { expect } from 'chai';
import { isPublicAddress, isReachableAddress } from '../../../src/serve/image-addresses/public-address.js';

const PUBLIC = ['8.8.8.8', '1.1.1.1', '100.63.255.255', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'];

/** Those of a private network, or of this machine. */
const PRIVATE = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '::1',
  'fd00::1',
];

/** Nobody's to ask. */
const NEVER = [
  ['this network', '0.0.0.0', '0.1.2.3', '::'],
  ['link-local, where clouds tell secrets', '169.254.169.254', 'fe80::1', 'febf::1'],
  ['IETF assignments', '192.0.0.1', '192.0.0.170'],
  ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  ['benchmarking', '198.18.0.1', '198.19.255.255', '2001:2::1'],
  ['multicast', '224.0.0.1', '239.255.255.250', 'ff02::1'],
  ['reserved', '240.0.0.1', '255.255.255.255', '192.88.99.1'],
  ['not given out', '4000::1', 'fec0::1', '::7f00:1', '100::1', '5f00::1'],
  ['NAT64 for local use', '64:ff9b:1::808:808'],
  ['no address', '', 'localhost', '1.2.3.4.5'],
] as const;

/** An IPv4 address in an IPv6 one, by each way of packing. */
const PACKED: readonly (readonly [string, (hex: string) => string])[] = [
  ['mapped', (hex) => `::ffff:${hex}`],
  ['NAT64', (hex) => `64:ff9b::${hex}`],
  ['6to4', (hex) => `2002:${hex}::1`],
  ['Teredo, of its server', (hex) => `2001:0:${hex}::f7f7:f7f7`],
  ['Teredo, of its client', (hex) => `2001:0:808:808:0:0:${inverted(hex)}`],
];

const inverted = (hex: string) =>
  hex.replace(/[0-9a-f]+/g, (group) => (0xffff ^ parseInt(group, 16)).toString(16));
const groups = (ipv4: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};

describe('an IP address', () => {
  for (const address of PUBLIC)
    it(`is public: ${address}`, () => expect(isPublicAddress(address)).to.equal(true));

  for (const address of PRIVATE) {
    it(`is private: ${address}`, () => {
      expect(isPublicAddress(address)).to.equal(false);
      expect(isReachableAddress(address)).to.equal(true);
    });
  }

  for (const [why, ...addresses] of NEVER) {
    it(`is never asked: ${why}`, () => {
      for (const address of addresses) {
        expect(isPublicAddress(address), address).to.equal(false);
        expect(isReachableAddress(address), address).to.equal(false);
      }
    });
  }

  for (const [how, pack] of PACKED) {
    it(`in an IPv6 one (${how}) is what it is`, () => {
      expect(isPublicAddress(pack(groups('8.8.4.4'))), pack(groups('8.8.4.4'))).to.equal(true);
      for (const address of [
        '127.0.0.1',
        '10.1.2.3',
        '169.254.169.254',
        '100.64.0.1',
        '0.0.0.0',
        '198.51.100.7',
      ])
        expect(isPublicAddress(pack(groups(address))), pack(groups(address))).to.equal(false);
      expect(isReachableAddress(pack(groups('169.254.169.254')))).to.equal(false);
    });
  }
});
