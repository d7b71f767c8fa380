import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';

const run = promisify(execFile);

/** What the image copies, but for what npm installs. */
const COPIED = ['package.json', 'package-lock.json', '.npmrc', 'LICENSE', 'scripts', 'models', 'samples'];
/** Some versions of npm install it on every processor. */
const FOREIGN = 'node_modules/@img/sharp-wasm32';

const ASK = `
  import { readFileSync } from 'node:fs';
  import { open } from './dist/src/index.js';
  const model = await open('starter');
  await model.embed([{ text: 'a cup' }, { image: readFileSync('samples/coffee-cup.jpg') }]);
  await model.close();
`;

describe('the packages in the image', function () {
  this.timeout(300_000);
  let app: string;
  let left: readonly string[];

  before(async () => {
    app = await mkdtemp(path.join(os.tmpdir(), 'image-'));
    for (const entry of COPIED)
      await cp(fileURLToPath(new URL(entry, ROOT)), path.join(app, entry), { recursive: true });
    await cp(fileURLToPath(new URL('dist/src', ROOT)), path.join(app, 'dist/src'), { recursive: true });
    await run('npm', ['ci', '--omit=dev', '--prefer-offline'], { cwd: app });
    await installForeign(app);
    await run(process.execPath, ['scripts/one-platform.mjs'], { cwd: app });
    await run('sh', ['-c', lastCommandOfBuild()], { cwd: app });
    left = readdirSync(path.join(app, 'node_modules'), { recursive: true, encoding: 'utf8' });
  });
  after(() => rm(app, { recursive: true, force: true }));

  it('are those of its platform alone', () => {
    expect(left.filter((file) => file.includes('sharp-wasm32'))).to.deep.equal([]);
    const native = left.filter((file) => file.endsWith('.node'));
    expect(native).to.have.length.greaterThan(2);
    const own = new RegExp(`${process.platform}[/-]${process.arch}`);
    expect(native.filter((file) => !own.test(file))).to.deep.equal([]);
  });

  it('have neither types nor maps, and keep their licences', () => {
    expect(left.filter((file) => /\.map$|\.d\.[cm]?ts$|^@types/.test(file))).to.deep.equal([]);
    expect(left.filter((file) => /(^|\/)licen[cs]e/i.test(file))).to.have.length.greaterThan(100);
  });

  it('are all that the program needs to answer a text and an image', async () => {
    const env = { ...process.env, CACHE_DIR: path.join(app, 'cache') };
    await run(process.execPath, ['--input-type=module', '--eval', ASK], { cwd: app, env });
  });
});

async function installForeign(app: string): Promise<void> {
  const list = path.join(app, 'node_modules/.package-lock.json');
  const installed = JSON.parse(await readFile(list, 'utf8')) as { packages: Record<string, object> };
  installed.packages[FOREIGN] = { cpu: ['wasm32'], optional: true };
  await writeFile(list, JSON.stringify(installed));
  await mkdir(path.join(app, FOREIGN), { recursive: true });
  await writeFile(path.join(app, FOREIGN, 'package.json'), '{}');
}

/** What the build stage does last: it clears away and makes readable. */
function lastCommandOfBuild(): string {
  const text = readFileSync(new URL('Dockerfile', ROOT), 'utf8').replaceAll('\\\n', ' ');
  const [, command = ''] = /^RUN (find .*)$/m.exec(text) ?? [];
  return command;
}
