import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { run } from '../support/deploy-tools.js';

const FOLDER = fileURLToPath(new URL('.github/workflows/', ROOT));

describe('the workflows', () => {
  for (const name of readdirSync(FOLDER)) {
    // Of actions that are taken by digest, actionlint does not know which inputs they have; of a version it does.
    const text = readFileSync(path.join(FOLDER, name), 'utf8');
    const byVersion = text.replaceAll(/@[0-9a-f]{40} # (v\d+)\.\S+/g, '@$1');

    it(`${name} is one that the service would take, with scripts that shells would`, async () => {
      const { code, output } = await run('actionlint', ['-'], byVersion);
      expect(code, output).to.equal(0);
    });
  }
});
