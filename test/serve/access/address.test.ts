import { expect } from 'chai';
import { toCountedAddress } from '../../../src/serve/access/address.js';

describe('the address that a caller is counted by', () => {
  for (const [address, counted] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['192.0.2.7:4711', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:FFFF:192.0.2.7', '192.0.2.7'],
    ['[::ffff:192.0.2.7]:80', '192.0.2.7'],
    ['[2001:db8:1:2::9]:4711', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['2001:db8::2:0:0:192.0.2.7', '2001:db8:0:2::/64'],
    ['::', '0:0:0:0::/64'],
    ['', 'unknown'],
    ['_hidden', 'unknown'],
    ['192.0.2.007', 'unknown'],
    ['192.0.2.7, 192.0.2.8', 'unknown'],
    ['[nonsense]', 'unknown'],
  ] as const) {
    it(`is ${counted} for ${address || 'nothing'}`, () => {
      expect(toCountedAddress(address)).to.equal(counted);
    });
  }
});
