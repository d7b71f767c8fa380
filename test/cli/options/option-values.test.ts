import { expect } from 'chai';
import * as value from '../../../src/cli/options/option-values.js';

const webAddress = value.webAddress('http://localhost:4318');

describe('option values', () => {
  const accepted: [string, value.ValueParser<unknown>, string, unknown][] = [
    ['a whole number', value.wholeNumber(0, 9), '9', 9],
    ['auto', value.wholeNumberOrAuto(1, 9), 'auto', 'auto'],
    ['a number where auto is possible', value.wholeNumberOrAuto(1, 9), '3', 3],
    ['bytes', value.byteSize(1), '512', 512],
    ['headers, one a line', value.headers, 'X-A: 1\n x-b:  a: b ', { 'X-A': '1', 'x-b': 'a: b' }],
    ['a size in units of 1024', value.byteSize(1), '2MB', 2 * 1024 * 1024],
    ['a size in binary units', value.byteSize(1), '1 GiB', 1024 ** 3],
    ['a size by one letter', value.byteSize(1), '64k', 65_536],
    ['milliseconds', value.duration(0), '250ms', 250],
    ['seconds', value.duration(0), '45s', 45_000],
    ['minutes', value.duration(0), '2m', 120_000],
    ['a bare duration as milliseconds', value.duration(0), '1500', 1500],
    ['a web address', webAddress, 'https://hub.example/mirror//', 'https://hub.example/mirror'],
    ['no address where one may be left out', value.optional(webAddress), '', ''],
    ['a proxy with its password', value.proxyAddress, 'http://a:b@proxy:3128', 'http://a:b@proxy:3128'],
    ['a proxy as host and port', value.proxyAddress, 'proxy.example:3128', 'http://proxy.example:3128'],
    [
      'hosts',
      value.hosts,
      'localhost, .example.org,10.0.0.0/8 [::1]:80,*',
      'localhost, .example.org,10.0.0.0/8 [::1]:80,*',
    ],
    ['no hosts', value.hosts, '', ''],
    ['no tokens', value.tokens, '', []],
    ['tokens', value.tokens, 'a, b,', ['a', 'b']],
    ['names', value.names, 'clip, owner/name@1, *', ['clip', 'owner/name@1', '*']],
    ['no names', value.names, '', []],
    ['a folder from here', value.folder, 'cache', 'cache'],
    ['a list in its own order', value.listOf('a', 'b', 'c'), ' c, a,c', ['a', 'c']],
    ['on', value.flag, 'on', true],
    ['another spelling of off', value.flag, 'FALSE', false],
  ];
  for (const [what, parse, text, expected] of accepted) {
    it(`reads ${what}: ${text}`, () => expect(parse(text)).to.deep.equal(expected));
  }

  const refused: [value.ValueParser<unknown>, string, string][] = [
    [value.wholeNumber(1, 9), '0', 'a whole number from 1 to 9'],
    [value.wholeNumber(1, 9), '10', 'a whole number from 1 to 9'],
    [value.wholeNumber(1, 9), '1.5', 'a whole number from 1 to 9'],
    [value.wholeNumber(1, 9), '1e0', 'a whole number from 1 to 9'],
    [value.wholeNumberOrAuto(1, 9), 'automatic', 'auto or a whole number from 1 to 9'],
    [value.byteSize(8), '7', 'a size of at least 8 bytes, such as 64MB'],
    [value.byteSize(8), '5TB', 'a size of at least 8 bytes, such as 64MB'],
    [value.duration(5), '4ms', 'a duration of at least 5 ms, such as 45s'],
    [value.duration(5), '1h', 'a duration of at least 5 ms, such as 45s'],
    [value.flag, 'maybe', 'on or off'],
    [value.choice('a', 'b'), 'c', 'one of a, b'],
    [value.listOf('a', 'b'), 'a,c', 'one or more of a, b, with commas between'],
    [value.listOf('a', 'b'), '', 'one or more of a, b, with commas between'],
    [value.text('a name'), '', 'a name'],
    [webAddress, 'localhost:4318', 'an http or https address such as http://localhost:4318'],
    [webAddress, 'ftp://hub.example', 'an http or https address such as http://localhost:4318'],
    [webAddress, 'http://hub.example?a=b', 'an http or https address such as http://localhost:4318'],
    [webAddress, 'http://hub.example /x', 'an http or https address such as http://localhost:4318'],
    [webAddress, '', 'an http or https address such as http://localhost:4318'],
    [value.proxyAddress, 'socks5://proxy:1080', 'the http or https address of a proxy'],
    [value.proxyAddress, 'http://proxy/path', 'the http or https address of a proxy'],
    [value.proxyAddress, 'proxy:port', 'the http or https address of a proxy'],
    [value.tokens, ',', 'tokens of letters, digits and ._~+/=-, with commas between'],
    [value.names, 'a"b', 'names of letters, digits and ._:@/+-, with commas between, or *'],
    [value.names, ',', 'names of letters, digits and ._:@/+-, with commas between, or *'],
    [value.tokens, ' , ', 'tokens of letters, digits and ._~+/=-, with commas between'],
    [value.addresses, ',', 'IP addresses or ranges such as 10.0.0.0/8, with commas between'],
    ...[
      '',
      ',',
      'example.org',
      'https://example.org/',
      'https://Example.org',
      'https://example.org:443',
      '*,https://a.b',
    ].map((text): (typeof refused)[number] => [
      value.origins,
      text,
      'off, * or origins such as https://example.org,http://localhost:5173: no path, no slash at the end',
    ]),
    [value.hosts, ',', 'hosts such as localhost,.example.org, with commas between'],
    [value.hosts, 'http://localhost', 'hosts such as localhost,.example.org, with commas between'],
    ...['http://store', 'redis:', 'redis://store/db', 'store:6379'].map((text): (typeof refused)[number] => [
      value.storeAddress,
      text,
      'an address such as redis://store:6379/0 or rediss://store:6379',
    ]),
    [value.folder, '~/cache', 'a folder, by its whole path or from here (no ~)'],
    [value.folder, '', 'a folder, by its whole path or from here (no ~)'],
    [value.headers, 'X-Key', 'a header such as X-Name: value'],
    [value.headers, 'X-A: 1\nX B: 2', 'a header such as X-Name: value'],
  ];
  for (const [parse, text, message] of refused) {
    it(`refuses ${JSON.stringify(text)} where ${message} is expected`, () => {
      expect(() => parse(text)).to.throw(message);
    });
  }
});
