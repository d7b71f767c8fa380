import { expect } from 'chai';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Config } from '../../../src/cli/options/config.js';
import { announcePage, toOtherAddresses } from '../../../src/cli/commands/announce-page.js';

const address = (family: 'IPv4' | 'IPv6', value: string, internal = false) =>
  ({ family, address: value, internal }) as NetworkInterfaceInfo;

const INTERFACES = {
  lo: [address('IPv4', '127.0.0.1', true), address('IPv6', '::1', true)],
  eth0: [address('IPv4', '192.168.1.5'), address('IPv6', 'fe80::1'), address('IPv6', '2001:db8::5')],
};

describe('where the search page is', () => {
  it('is told for every address that others reach, and for none of a single one', () => {
    expect(toOtherAddresses('0.0.0.0', INTERFACES)).to.deep.equal(['192.168.1.5']);
    expect(toOtherAddresses('::', INTERFACES)).to.deep.equal(['192.168.1.5', '[2001:db8::5]']);
    expect(toOtherAddresses('127.0.0.1', INTERFACES)).to.deep.equal([]);
    expect(toOtherAddresses('192.168.1.5', INTERFACES)).to.deep.equal([]);
  });

  function announce(host: string, allowedTokens: readonly string[] = []): string[] {
    const said: string[] = [];
    const say = (words: string) => void said.push(words);
    const config = { host, allowedTokens, keysFile: '' } as unknown as Config;
    announcePage({ url: 'http://localhost:8080', port: 8080 }, config, { info: say, warn: say }, INTERFACES);
    return said;
  }

  it('is told with nothing else on a loopback address', () => {
    expect(announce('127.0.0.1')).to.deep.equal(['search page: http://localhost:8080']);
  });

  it('is told with a warning where everybody may come', () => {
    const [, other, warning] = announce('0.0.0.0');
    expect(other).to.equal('search page: http://192.168.1.5:8080');
    expect(warning).to.include('the search page is open');
    expect(announce('0.0.0.0', ['a token'])).to.have.length(2);
  });
});
