import { expect } from 'chai';
import { ROOT } from '../../../src/core/own-module.js';
import { RESAMPLE_CODE } from '../../../src/towers/image/resample/resample-code.js';

interface Build {
  readonly compileResampling: () => Promise<string>;
}

describe('the committed WebAssembly', () => {
  it('is what its source compiles to', async () => {
    const script = new URL('src/towers/image/resample/assembly/build.mjs', ROOT);
    const { compileResampling } = (await import(script.href)) as Build;
    expect(RESAMPLE_CODE).to.equal(await compileResampling());
  });
});
