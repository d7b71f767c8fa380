import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { RESAMPLE_CODE } from '../../src/towers/image/resample/resample-code.js';

const FOLDER = new URL('scripts/assembly/', ROOT);

interface Build {
  readonly compileResampling: () => Promise<string>;
}

describe('the committed WebAssembly', function () {
  this.timeout(180_000);

  it('is what its source compiles to', async () => {
    execFileSync('npm', ['ci'], { cwd: fileURLToPath(FOLDER), stdio: 'ignore' });
    const { compileResampling } = (await import(new URL('build.mjs', FOLDER).href)) as Build;
    expect(RESAMPLE_CODE).to.equal(await compileResampling());
  });
});
