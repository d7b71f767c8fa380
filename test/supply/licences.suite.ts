import { expect } from 'chai';
import { runScript } from './run-script.js';

describe('the licences of what the program runs with', () => {
  it('are all known, and go together with its own', async () => {
    const { code, stdout, stderr } = await runScript('licences.mjs');
    expect(stderr).to.equal('');
    expect(stdout).to.match(/\n\d{3} packages, 0 doubtful\n$/);
    expect(code).to.equal(0);
  });
});
