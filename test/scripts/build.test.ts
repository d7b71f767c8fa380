import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { makeFolder } from '../support/folder.js';

const BUILD = fileURLToPath(new URL('scripts/build.mjs', ROOT));

const PROGRAM = {
  'src/cli/main.ts': `import { greet } from '../core/greet.js';\nconsole.log(greet('a' satisfies string));\n`,
  'src/core/greet.ts': `export const greet = (name: string): string => 'hello ' + name;\n`,
  'src/core/unused.ts': `export const unused = 1;\n`,
  'src/page/index.html': '<p>hello</p>',
  'test/fixtures/input.ts': 'this is no program',
};

describe('a build', () => {
  let folder: string;
  let remove: () => Promise<void>;

  const at = (file: string) => path.join(folder, file);
  const build = () => spawnSync(process.execPath, [BUILD], { cwd: folder, encoding: 'utf8' });
  const inode = (file: string) => statSync(at(file)).ino;
  const run = () => spawnSync(process.execPath, [at('dist/src/cli/main.js')], { encoding: 'utf8' }).stdout;

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({ ...PROGRAM, 'package.json': '{ "type": "module" }' }));
    expect(build()).to.include({ status: 0, stdout: '', stderr: '' });
  });
  afterEach(() => remove());

  it('makes a program that runs, with what it reads beside its code, and without inputs of tests', () => {
    expect(run()).to.equal('hello a\n');
    expect(readFileSync(at('dist/src/page/index.html'), 'utf8')).to.equal('<p>hello</p>');
    expect(existsSync(at('dist/test'))).to.equal(false);
  });

  it('leaves every file alone that has not changed', async () => {
    const before = { main: inode('dist/src/cli/main.js'), page: inode('dist/src/page/index.html') };
    await writeFile(
      at('src/core/greet.ts'),
      `export const greet = (name: string): string => 'bye ' + name;\n`,
    );
    expect(build().status).to.equal(0);
    expect(run()).to.equal('bye a\n');
    expect({ main: inode('dist/src/cli/main.js'), page: inode('dist/src/page/index.html') }).to.deep.equal(
      before,
    );
  });

  it('sees a change to a source that is older than what was compiled of it', async () => {
    await writeFile(at('src/core/greet.ts'), `export const greet = () => 'from long ago';\n`);
    await utimes(at('src/core/greet.ts'), 1e9, 1e9);
    build();
    expect(run()).to.equal('from long ago\n');
  });

  it('replaces a file in one step: a program that has it open reads the old one to its end', async () => {
    const before = readFileSync(at('dist/src/core/greet.js'), 'utf8');
    const open = openSync(at('dist/src/core/greet.js'), 'r');
    await writeFile(at('src/core/greet.ts'), `export const greet = () => 'new';\n`);
    build();
    expect(readFileSync(open, 'utf8')).to.equal(before);
    closeSync(open);
  });

  it('removes what has no source any more, and only that', async () => {
    await rm(at('src/core/unused.ts'));
    await rm(at('src/page/index.html'));
    build();
    const files = ['unused.js', 'unused.js.map', 'greet.js', 'greet.js.map'].map(
      (name) => `dist/src/core/${name}`,
    );
    expect([...files, 'dist/src/page/index.html'].filter((file) => existsSync(at(file)))).to.deep.equal(
      files.slice(2),
    );
  });

  it('makes again what somebody removed', async () => {
    await rm(at('dist/src/core/greet.js'));
    build();
    expect(run()).to.equal('hello a\n');
  });

  it('that fails names file and line, leaves the last one as it was, and goes on once it is mended', async () => {
    await writeFile(at('src/core/greet.ts'), 'export const greet = ;\n');
    const { status, stderr } = build();
    expect(status).to.equal(1);
    expect(stderr).to.match(/greet\.ts:1:21: ERROR: Unexpected ";"/);
    expect(run()).to.equal('hello a\n');
    await writeFile(at('src/core/greet.ts'), `export const greet = () => 'mended';\n`);
    expect(build().status).to.equal(0);
    expect(run()).to.equal('mended\n');
  });
});
