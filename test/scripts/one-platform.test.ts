import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
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

  it('removes nothing where there is none for this one', async () => {
    const { status, stderr, left } = await files(['amiga/m68k']);
    expect(status).to.equal(1);
    expect(stderr).to.include(`expected a folder ${process.platform}, found amiga`);
    expect(left).to.have.length(1);
  });
});
