import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { sha256File } from '../../src/core/sha256-file.js';
import { sha256Of } from '../support/hub.js';
import { noise } from '../support/random.js';

describe("a file's SHA-256", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'handspring-hash-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const [size, bytes] of [
    ['a few bytes', 5],
    ['more than a thread is started for', 17 * 1024 * 1024 + 3],
  ] as const) {
    it(`is that of its content, with ${size}`, async () => {
      const content = noise(bytes, 1);
      const file = path.join(folder, String(bytes));
      writeFileSync(file, content);
      expect(await sha256File(file)).to.equal(sha256Of(content));
    });
  }

  it('is the error of the system where there is no file', async () => {
    const error = await sha256File(path.join(folder, 'none')).catch((caught: unknown) => caught);
    expect(error).to.have.property('code', 'ENOENT');
  });
});
