import { execFile, spawn } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';
import { makeFolder } from '../support/folder.js';
import { readPage } from '../docs/pages.js';

const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('the command line', function () {
  this.timeout(20_000);

  it('prints where a model lies, and alone what it is asked for', async () => {
    const { code, stdout } = await run('models', 'path', 'starter');
    expect(code).to.equal(0);
    expect(stdout.trim()).to.match(/models\/starter\/?$/);
    expect((await run('models', 'list')).stdout).to.contain('starter');
  });

  for (const [args, told] of [
    [['serve', '--nope'], "error: unknown option '--nope'"],
    [['nope'], "error: unknown command 'nope'"],
    [['models', 'nope'], "error: unknown command 'nope'"],
    [['import'], "error: missing required argument 'paths'"],
    [['serve', '--port'], "error: option '--port <PORT>' argument missing"],
    [['serve', '--port', 'ninety'], '--port'],
    [[], 'Usage: handspring'],
  ] as const) {
    it(`ends with 2 where it is wrong, and says what is: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout], stderr).to.deep.equal([2, '']);
      expect(stderr).to.contain(told);
    });
  }

  it('tells all that is wrong at once, a model that is not there among it', async () => {
    const { code, stderr } = await run('serve', '--model', '/nowhere', '--port', 'ninety');
    expect(code).to.equal(2);
    expect(stderr.trim().split('\n')).to.have.length(2);
    expect(stderr).to.contain('--model: expected a folder that exists, received /nowhere');
    expect(stderr).to.contain('--port: expected');
  });

  it('takes no empty name for a folder or a file, as an unset variable gives one', async () => {
    for (const [args, code, told] of [
      [['demo', ''], 2, 'demo: expected a folder of photos, received an empty name'],
      [['embed', ''], 1, 'expected a folder or a file, received an empty name'],
      [
        ['models', 'verify', 'starter', '--against', ''],
        1,
        '--against: expected a JSON file or a folder, received an empty name',
      ],
    ] as const)
      expect(await run(...args)).to.deep.equal({ code, stdout: '', stderr: `handspring: ${told}\n` });
  });

  it('says of links that lead to one another what they are, wherever one is given', async function () {
    if (process.platform === 'win32') this.skip();
    const { folder, remove } = await makeFolder({});
    try {
      const loop = path.join(folder, 'a');
      await symlink('b', loop);
      await symlink('a', path.join(folder, 'b'));
      const words = 'links that lead to one another (ELOOP)';
      for (const [args, told] of [
        [['demo', loop], `handspring: ${loop}: expected a folder of photos, received ${words}`],
        [['embed', loop], `handspring: ${loop}: expected a folder or a file, received ${words}`],
        [
          ['serve', '--model', loop],
          `--model: expected a folder that can be opened, received ${loop}: ${words}`,
        ],
        [['models', 'verify', 'starter', '--against', loop], `handspring: ${loop}: ${words}`],
      ] as const)
        expect((await run(...args)).stderr).to.equal(`${told}\n`);
    } finally {
      await remove();
    }
  });

  it('ends with 0 where help or the version is asked for, and with 1 where it cannot do what was asked', async () => {
    expect((await run('--help')).code).to.equal(0);
    expect((await run('serve', '--help')).code).to.equal(0);
    expect((await run('--version')).code).to.equal(0);
    expect(
      (await run('models', 'path', 'openai-vit-b-32', '--cache-dir', '/nonexistent', '--offline')).code,
    ).to.equal(1);
  });

  it('shows the options of a command in groups, each option under its own', async () => {
    const { stdout } = await run('serve', '--help');
    const headings = Array.from(stdout.matchAll(/^(\w[\w ]+):$/gm), ([, heading]) => heading);
    expect(headings).to.deep.equal(['Model', 'Service', 'Limits', 'Access', 'Options']);
    const groupOf = (flag: string) =>
      headings.findLast((heading) => stdout.indexOf(`\n${heading}:`) < stdout.indexOf(flag));
    expect(groupOf('--precision')).to.equal('Model');
    expect(groupOf('--port')).to.equal('Service');
    expect(groupOf('--max-items')).to.equal('Limits');
    expect(groupOf('--keys-file')).to.equal('Access');
  });

  describe('ends with the exit codes of the table in the docs:', () => {
    const told = Array.from(readPage('docs/operating.md').matchAll(/^\| `(\d+)` \|/gm), ([, code]) =>
      Number(code),
    );
    const ways: Readonly<Record<number, () => Promise<number>>> = {
      0: async () => (await run('models', 'list')).code,
      1: async () => (await run('doctor', '--model', '/nowhere', '--port', '0')).code,
      2: async () => (await run('models', 'list', '--nope')).code,
      3: async () =>
        (await run('embed', '--text', 'a cat', '--text', 'longer', '--max-text-chars', '5')).code,
      130: () => endBySignal('SIGINT'),
      // That it kills itself where it has to, the suite of faults tells.
      137: () => endBySignal('SIGKILL'),
    };
    for (const code of told) {
      it(String(code), async () => expect(await ways[code]?.()).to.equal(code));
    }

    it('no more and no fewer', () => expect(told).to.deep.equal(Object.keys(ways).map(Number)));
  });
});

/** The exit code, as a shell has it, of `embed` that is stopped while it waits for lines. */
function endBySignal(signal: NodeJS.Signals): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...MAIN, 'embed', '-']);
    child.stdout.once('data', () => child.kill(signal));
    child.stdin.write('{"text": "a cat"}\n');
    child.once('close', (code, endedBy) =>
      resolve(code ?? 128 + (endedBy ? os.constants.signals[endedBy] : 0)),
    );
  });
}
