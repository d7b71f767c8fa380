import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { OPTIONS } from '../../src/cli/options/config.js';
import type { Option } from '../../src/cli/options/config.js';
import { duration } from '../../src/cli/options/option-values.js';
import { imageVariables } from './dockerfile.js';
import { DEPLOY, run } from '../support/deploy-tools.js';

/** Tenths of systemd's scale from 0 (shut in) to 10 (free to do anything); a unit without hardening is at 9.6. */
const MOST_EXPOSED = 20;

describe('the systemd unit', () => {
  const file = path.join(DEPLOY, 'systemd', 'handspring.service');
  let folder: string;
  let unit: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'systemd-'));
    unit = await readFile(file, 'utf8');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The unit with this machine's Node.js, wherever it is. */
  async function here(): Promise<string> {
    const copy = path.join(folder, 'handspring.service');
    await writeFile(copy, unit.replace('=/usr/bin/node ', `=${process.execPath} `));
    return copy;
  }

  it('is one that systemd understands', async () => {
    const { code, output } = await run('systemd-analyze', ['verify', '--man=no', await here()]);
    expect(output).to.equal('');
    expect(code).to.equal(0);
  });

  it('is understood without the signs that comment its keys out', async () => {
    unit = unit.replace(/^# (?=LoadCredential|Environment=KEYS_FILE)/gm, '');
    expect(unit)
      .to.match(/^LoadCredential=/m)
      .and.to.match(/^Environment=KEYS_FILE=/m);
    const { output } = await run('systemd-analyze', ['verify', '--man=no', await here()]);
    expect(output).to.equal('');
  });

  it('leaves the service little that it could do to its machine', async () => {
    const args = ['security', '--offline=yes', '--no-pager', `--threshold=${MOST_EXPOSED}`, await here()];
    const { code, output } = await run('systemd-analyze', args);
    expect(code, output).to.equal(0);
  });

  it('gives it more time to stop than it takes to drain', () => {
    const [, seconds = ''] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? [];
    expect(Number(seconds) * 1000).to.be.greaterThan(duration(0)(OPTIONS.shutdownMs.fallback ?? ''));
  });

  it('sets variables that the service knows, and those of the image which its libraries know', () => {
    const lines = Array.from(unit.matchAll(/^Environment=(.*)$/gm), ([, pairs = '']) => pairs.split(' '));
    const set = Object.fromEntries(lines.flat().map((pair) => pair.split('=') as [string, string]));
    const known = (Object.values(OPTIONS) as Option<unknown>[]).map(({ env }) => env);
    const others = Object.entries(set).filter(([name]) => !known.includes(name));
    expect(others).to.not.be.empty;
    expect(imageVariables()).to.include(Object.fromEntries(others));
  });
});
