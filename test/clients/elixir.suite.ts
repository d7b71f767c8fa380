import { runArguments } from '../../src/core/own-module.js';
import { Served } from './served.js';

const CLIENT = 'clients/elixir';
const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));

describe('the Elixir client', function () {
  this.timeout(300_000);
  let served: Served;
  before(async () => {
    served = await Served.start();
  });
  after(() => served.stop());

  const mix = (...args: string[]) =>
    served.run(CLIENT, 'mix', args, {
      LANG: 'C.UTF-8',
      HANDSPRING_PROGRAM: [process.execPath, ...MAIN, 'embed', '-'].join(' '),
    });

  it('is formatted', () => mix('format', '--check-formatted'));

  it('passes its own tests, against a server and with the program', () =>
    mix('test', '--warnings-as-errors'));
});
