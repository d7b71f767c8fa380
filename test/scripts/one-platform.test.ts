import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { makeFolder } from '../support/folder.js';

const SCRIPT = fileURLToPath(new URL('scripts/one-platform.mjs', ROOT));
const LIBRARIES = 'node_modules/onnxruntime-node/bin/napi-v6';

describe('the removal of libraries for other platforms', () => {
  const files = async (platforms: readonly string[]) => {
    const { folder, remove } = await makeFolder(
      Object.fromEntries(platforms.map((platform) => [`${LIBRARIES}/${platform}/library.node`, ''])),
    );
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT], { cwd: folder, encoding: 'utf8' });
    const left = readdirSync(path.join(folder, LIBRARIES), { recursive: true, encoding: 'utf8' });
    await remove();
    return { status, stderr, left: left.filter((file) => file.endsWith('.node')) };
  };
  const own = `${process.platform}/${process.arch}`;

  it("leaves this one's alone", async () => {
    const { status, left } = await files(['win32/x64', 'darwin/arm64', `${process.platform}/other`, own]);
    expect(status).to.equal(0);
    expect(left).to.deep.equal([`${own}/library.node`]);
  });

  it('removes packages that say they are for another system, processor or C library', async () => {
    const [system, processor] = own.split('/');
    const libc = process.platform === 'linux' ? ['musl', 'glibc'] : [];
    const { glibcVersionRuntime } = (process.report.getReport() as { header: Record<string, unknown> })
      .header;
    const ownLibc = glibcVersionRuntime === undefined ? 'musl' : 'glibc';
    const packages = {
      'node_modules/@img/sharp-wasm32': { cpu: ['wasm32'] },
      'node_modules/a/node_modules/amiga': { os: ['amiga'] },
      'node_modules/not-here': { os: [`!${system}`] },
      'node_modules/not-there': { os: ['!amiga'] },
      'node_modules/ours': { os: ['amiga', system], cpu: [processor] },
      'node_modules/plain': {},
      ...Object.fromEntries(libc.map((name) => [`node_modules/${name}`, { libc: [name] }])),
    };
    const { folder, remove } = await makeFolder({
      [`${LIBRARIES}/${own}/library.node`]: '',
      'node_modules/.package-lock.json': JSON.stringify({ packages }),
      ...Object.fromEntries(Object.keys(packages).map((place) => [`${place}/package.json`, '{}'])),
    });
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT], { cwd: folder, encoding: 'utf8' });
    const left = Object.keys(packages).filter((place) =>
      existsSync(path.join(folder, place, 'package.json')),
    );
    await remove();
    expect(status, stderr).to.equal(0);
    expect(left).to.have.members([
      ...['node_modules/not-there', 'node_modules/ours', 'node_modules/plain'],
      ...libc.filter((name) => name === ownLibc).map((name) => `node_modules/${name}`),
    ]);
  });

  it('removes nothing where there is none for this one', async () => {
    const { status, stderr, left } = await files(['amiga/m68k']);
    expect(status).to.equal(1);
    expect(stderr).to.include(`expected a folder ${process.platform}, found amiga`);
    expect(left).to.have.length(1);
  });
});
