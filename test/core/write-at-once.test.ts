import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { lstatIfThere, readIfThere, statIfThere } from '../../src/core/optional-file.js';
import { NoFileError } from '../../src/core/regular-file.js';
import { writeAtOnce } from '../../src/core/write-at-once.js';

describe('small files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'files-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const at = (...names: string[]) => path.join(folder, ...names);

  it('are written whole, into a folder that is made for them, and not through a link', async () => {
    await writeAtOnce(at('a', 'b.txt'), 'first');
    await writeAtOnce(at('a', 'b.txt'), 'second');
    expect(await readFile(at('a', 'b.txt'), 'utf8')).to.equal('second');
    await writeFile(at('victim'), 'precious');
    await symlink(at('victim'), at('link'));
    await writeAtOnce(at('link'), 'mine');
    expect(await readFile(at('victim'), 'utf8')).to.equal('precious');
    expect(await readdir(folder)).to.have.members(['a', 'victim', 'link']);
  });

  it('leave nothing behind where they cannot be written', async () => {
    await mkdir(at('taken'));
    const error = await writeAtOnce(at('taken'), 'x').catch((caught: unknown) => caught);
    expect(error)
      .to.have.property('code')
      .that.matches(/^E[A-Z]+$/);
    expect(await readdir(folder)).to.deep.equal(['taken']);
  });

  it('are read if they are there, and what else is wrong is said', async () => {
    await writeFile(at('here'), 'x');
    await symlink(at('gone'), at('link'));
    expect(await readIfThere(at('here'))).to.equal('x');
    for (const absent of [at('none'), at('here', 'none'), at('link')]) {
      expect(await readIfThere(absent), absent).to.equal(undefined);
      expect(await statIfThere(absent), absent).to.equal(undefined);
    }
    expect((await lstatIfThere(at('link')))?.isSymbolicLink()).to.equal(true);
    expect(await readIfThere(folder).catch((error: unknown) => error)).to.be.instanceOf(NoFileError);
  });
});
