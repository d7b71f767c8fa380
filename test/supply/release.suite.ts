import { execFile } from 'node:child_process';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { VERSION } from '../../src/core/version.js';
import { makeFolder } from '../support/folder.js';
import { runScript } from './run-script.js';

const run = promisify(execFile);

describe('a release', () => {
  describe('its files', () => {
    const built = [
      'handspring-linux-arm64',
      'handspring-linux-x64',
      `handspring-${VERSION}.tgz`,
      'image.txt',
    ];
    const made = ['SHA256SUMS', `handspring-${VERSION}.cdx.json`];
    let folder: string;
    let remove: () => Promise<void>;
    beforeEach(async () => {
      ({ folder, remove } = await makeFolder(Object.fromEntries(built.map((name) => [name, name]))));
    });
    afterEach(() => remove());

    it('get checksums that others’ tools check, and the list of what the program is made of', async () => {
      const { code, stderr } = await runScript('release/assets.mjs', undefined, [folder]);
      expect(code, stderr).to.equal(0);
      expect(await readdir(folder)).to.have.members([...built, ...made]);
      const { stdout } = await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder });
      expect(stdout.match(/: OK$/gm)).to.have.length(built.length + 1);
      const bom = JSON.parse(await readFile(path.join(folder, made[1] ?? ''), 'utf8')) as object;
      expect(bom).to.have.nested.property('metadata.component.version', VERSION);
    });

    it('are not released where one is missing, empty, or nobody knows what it is', async () => {
      await rm(path.join(folder, 'image.txt'));
      await writeFile(path.join(folder, 'handspring-linux-x64'), '');
      await writeFile(path.join(folder, 'core.1234'), '');
      const { code, stderr } = await runScript('release/assets.mjs', undefined, [folder]);
      expect(code).to.equal(1);
      expect(stderr).to.include('missing or empty: handspring-linux-x64, image.txt; others: core.1234\n');
      expect(await readdir(folder)).to.not.include('SHA256SUMS');
    });
  });

  describe('its notes', () => {
    /** A checkout, as far as the notes read it, with its versions and the first heading of its changes. */
    async function notesOf(tag: string, heading: string, chart = '1.2.3') {
      const script = await readFile(new URL('scripts/release/notes.mjs', ROOT), 'utf8');
      const { folder, remove } = await makeFolder({
        'package.json': '{"version": "1.2.3"}',
        'deploy/helm/handspring/Chart.yaml': `version: 1.2.3\nappVersion: ${chart}\n`,
        'CHANGELOG.md': `# Changelog\n\n## ${heading}\n\n- New.\n\n### Mended\n\n- Old.\n\n## 1.2.2 — 2026-01-01\n\n- First.\n`,
        'scripts/release/notes.mjs': script.replace("'yaml'", `'${import.meta.resolve('yaml')}'`),
      });
      try {
        const file = path.join(folder, 'scripts/release/notes.mjs');
        return await run(process.execPath, [file, tag]).then(
          ({ stdout }) => stdout,
          ({ stderr }: { stderr: string }) => stderr,
        );
      } finally {
        await remove();
      }
    }

    it('are what is said of the version, all of it and no more', async () => {
      const notes = await notesOf('v1.2.3', '1.2.3 — 2026-11-28');
      expect(notes).to.equal('- New.\n\n### Mended\n\n- Old.\n');
    });

    it('are not had where tag, package, chart and changes are not of one version', async () => {
      expect(await notesOf('v1.2.4', '1.2.3 — unreleased', '1.2.2')).to.equal(
        [
          'the tag: expected v1.2.3, as package.json has it, received v1.2.4',
          'Chart.yaml: expected appVersion 1.2.3, received 1.2.2',
          'CHANGELOG.md: expected its first section to be "1.2.3 — " and the day of the release, received "1.2.3 — unreleased"\n',
        ].join('\n'),
      );
    });
  });
});
