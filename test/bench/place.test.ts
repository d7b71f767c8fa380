import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describeMachine } from '../../bench/machine.js';
import { placeOf } from '../../bench/report/place.js';
import { withoutFolders } from '../../bench/report/without-folders.js';
import { Results } from '../../bench/results.js';
import { ROOT } from '../../src/core/own-module.js';

const NOTHING = { out: undefined, name: undefined };
const results = fileURLToPath(new URL('bench/results', ROOT));

describe('the place of the results of a run', () => {
  it('is that of the published ones for the whole run alone', () => {
    expect(placeOf(NOTHING, 'latest', true)).to.deep.equal({ folder: results, name: 'latest' });
    expect(placeOf(NOTHING, 'latest', false).name).not.to.equal('latest');
  });

  it('is ignored by git for any other run', function () {
    const { folder, name } = placeOf(NOTHING, 'latest', false);
    const file = path.join(folder, `${name}.images.svg`);
    try {
      execFileSync('git', ['check-ignore', '--no-index', '-q', file], { cwd: fileURLToPath(ROOT) });
    } catch (error) {
      if ((error as { status: number }).status !== 1) return this.skip(); // not a checkout
      throw new Error('expected git to ignore it', { cause: error });
    }
  });

  it('is what the options say, whatever was measured', () => {
    expect(placeOf({ ...NOTHING, name: 'mine' }, 'latest', false)).to.deep.equal({
      folder: results,
      name: 'mine',
    });
    expect(placeOf({ ...NOTHING, out: '/some/where' }, 'latest', false)).to.deep.equal({
      folder: path.resolve('/some/where'),
      name: 'latest',
    });
  });
});

describe('the values that are published', () => {
  it('have no folders of the machine that measured', () => {
    const settings = { args: ['--cache-dir', '/var/cache/a'], reason: 'spawn /home/me/bin/python ENOENT' };
    const { settings: told } = JSON.parse(new Results().toJson(describeMachine(), settings)) as {
      settings: typeof settings;
    };
    expect(told).to.deep.equal({ args: ['--cache-dir', 'a'], reason: 'spawn python ENOENT' });
  });

  it('keep addresses, rates and fractions as they are', () => {
    for (const text of ['http://host:8080/a/b', 'raw/image/batch 8', '1 / 2', 'a, b/c'])
      expect(withoutFolders(text)).to.equal(text);
    expect(withoutFolders('pip (/opt/venv/bin/pip) in "C:\\Users\\me\\venv"')).to.equal(
      'pip (pip) in "venv"',
    );
  });
});
