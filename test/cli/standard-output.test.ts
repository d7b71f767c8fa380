import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';
import { LINES } from './many-lines.js';

const COMMAND = runArguments(new URL('./many-lines.js', import.meta.url));

describe("a command's output", function () {
  this.timeout(20_000);

  it('is there to the last line for a reader that comes late', async () => {
    const child = spawn(process.execPath, COMMAND, { stdio: ['ignore', 'pipe', 'pipe'] });
    await once(child.stderr, 'data'); // all is written, and more than a pipe holds is not taken yet
    let taken = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (taken += text));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).to.equal(0);
    expect(taken.trimEnd().split('\n')).to.have.length(LINES);
  });

  it('ends the command in silence where the reader goes, as `head` does', async () => {
    const child = spawn(process.execPath, COMMAND, { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
    await once(child.stderr, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, told }).to.deep.equal({ code: 0, told: 'written\n' });
  });

  it('that a full disk does not take is an error', async () => {
    const child = spawn(process.execPath, COMMAND, { stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'] });
    let told = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (told += text));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).to.equal(1);
    expect(told).to.contain('handspring: standard output: ENOSPC');
  });
});
