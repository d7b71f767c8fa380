import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';

describe('the licences of what the program runs with', () => {
  it('are all known, and may be combined with its own', () => {
    const output = execFileSync(process.execPath, ['scripts/licences.mjs'], {
      cwd: fileURLToPath(ROOT),
      encoding: 'utf8',
    });
    expect(output).to.match(/^[1-9]\d+ packages, 0 doubtful$/m);
    expect(output).to.include('\tsharp@').and.to.include('\texpress@');
  });
});
