import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';
import { ConfigError, OPTIONS, loadConfig } from '../../src/cli/options/config.js';
import type { Option, OptionName } from '../../src/cli/options/config.js';
import { fixtureFolder } from '../support/model-fixture.js';
import { startServiceProcess } from '../support/service-process.js';

const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));
const WRONG = '¿wrong?';

/** Options whose value can be any text: names, files and secrets, which are only seen to be wrong when they are used. */
const ANY_TEXT = ['cacheDir', 'hfToken', 'host'];

const rows = (Object.entries(OPTIONS) as [OptionName, Option<unknown>][]).filter(([, { commands }]) =>
  commands.includes('serve'),
);

function problems(name: OptionName): readonly string[] {
  try {
    loadConfig('serve', { flags: { [name]: WRONG }, env: {} });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function run(args: readonly string[]): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, [...MAIN, 'serve', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, printed })));
}

describe('a start', () => {
  for (const [name, row] of rows.filter(([name]) => !ANY_TEXT.includes(name))) {
    it(`with a wrong ${row.flag} says which and what was expected`, () => {
      const [problem, ...others] = problems(name);
      expect(problem).to.match(
        new RegExp(
          `^${row.flag}: expected .+, received ("${WRONG.replaceAll('?', '\\?')}"|another)(\\. .+)?$`,
        ),
      );
      expect(others).to.be.empty;
    });
  }

  it('takes any text only where any can be right', () => {
    expect(rows.filter(([name]) => problems(name).length === 0).map(([name]) => name)).to.have.members(
      ANY_TEXT,
    );
  });

  it('with all of them wrong names them all and ends with 2', async () => {
    const wrong = rows.filter(([name, { isSwitch }]) => !ANY_TEXT.includes(name) && !isSwitch);
    const { code, printed } = await run(wrong.map(([, { flag }]) => `${flag}=${WRONG}`));
    expect(code).to.equal(2);
    for (const [, { flag }] of wrong) expect(printed).to.include(`${flag}: expected`);
  });

  it('with a model that is not there ends with 2 and one line', async () => {
    const { code, printed } = await run(['--model', '/nowhere']);
    expect(printed).to.equal('--model: expected a folder that exists, received /nowhere\n');
    expect(code).to.equal(2);
  });

  const unusable: [title: string, args: string[], message: RegExp][] = [
    [
      'an address of another machine',
      ['--host', '192.0.2.1', '--port', '0'],
      /HOST: expected an address of this machine, received "192\.0\.2\.1"; set HOST .*EADDRNOTAVAIL/,
    ],
  ];
  for (const [title, args, message] of unusable) {
    it(`with ${title} ends with 1 and one line`, async () => {
      const { code, printed } = await run([...['--model', fixtureFolder('clip')], ...args]);
      expect(printed)
        .to.match(message)
        .and.to.match(/^handspring: [^\n]+\n$/);
      expect(code).to.equal(1);
    });
  }

  for (const [option, name] of [
    ['--port', 'PORT'],
    ['--ops-port', 'OPS_PORT'],
    ['--grpc-port', 'GRPC_PORT'],
  ] as const) {
    it(`with a taken ${option} ends, and says which`, async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => other.once('listening', resolve));
      const { port } = other.address() as AddressInfo;
      try {
        const error = await startServiceProcess([
          '--model',
          fixtureFolder('clip'),
          option,
          String(port),
        ]).catch((caught: Error) => caught);
        expect(error)
          .to.have.property('message')
          .that.matches(
            new RegExp(`ended with 1 .*${name}: expected a free port, ${port} .*EADDRINUSE`, 's'),
          );
      } finally {
        other.close();
      }
    });
  }
});
