import { expect } from 'chai';
import { toListenError } from '../../../src/cli/commands/listen-failure.js';

describe('an address that cannot be listened on', () => {
  const rows: readonly [code: string, told: RegExp][] = [
    [
      'EADDRINUSE',
      /^OPS_PORT: expected a free port, 9090 on 127\.0\.0\.1 is taken; .*doctor \(EADDRINUSE\)$/,
    ],
    ['EACCES', /^OPS_PORT: expected a port that this user may listen on, received 9090; .* 1024 on/],
    ['EADDRNOTAVAIL', /^HOST: expected an address of this machine, received "127\.0\.0\.1"/],
    ['ENOTFOUND', /^HOST: expected an address of this machine/],
    ['EAI_AGAIN', /^HOST: expected an address of this machine/],
    [
      'EMFILE',
      /^HOST, OPS_PORT: expected an address to listen on, received "127\.0\.0\.1" and 9090 \(EMFILE\)$/,
    ],
  ];
  for (const [code, told] of rows) {
    it(`is told by its option, and what to set: ${code}`, () => {
      const cause = Object.assign(new Error('listen'), { code });
      const error = toListenError(cause, { option: 'OPS_PORT', host: '127.0.0.1', port: 9090 });
      expect(error.message).to.match(told);
      expect(error.cause).to.equal(cause);
    });
  }
});
