import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { STATUS } from '../src/serve/errors.js';
import { createMetrics } from '../src/serve/metrics.js';
import { ROOT } from '../src/core/own-module.js';
import { renderReadme } from './support/readme.js';

const read = (file: string) => readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8');

describe('README.md', () => {
  const readme = read('README.md');
  const manifest = JSON.parse(read('package.json')) as {
    scripts: Record<string, string>;
    dependencies: Record<string, string>;
  };

  it('has the options and models that the code has (npm run readme writes them)', () => {
    expect(readme).to.equal(renderReadme(readme));
  });

  it('lists every error code with its status', () => {
    const [, table = ''] = /<!-- errors:start -->([^]*)<!-- errors:end -->/.exec(readme) ?? [];
    const rows = Array.from(table.matchAll(/^\| `(\w+)` +\| +(\d+) /gm), ([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(rows)).to.deep.equal(STATUS);
  });

  it('names scripts, files and headings that are there', () => {
    const scripts = Array.from(readme.matchAll(/npm run ([\w:]+)/g), ([, name]) => name ?? '');
    expect(scripts.filter((name) => !(name in manifest.scripts))).to.be.empty;
    const targets = Array.from(readme.matchAll(/\]\((?!http)([^)#]*)(#[^)]*)?\)/g));
    const headings = Array.from(
      readme.matchAll(/^#+ (.+)$/gm),
      ([, text = '']) =>
        `#${text
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-')}`,
    );
    for (const [, file = '', anchor] of targets) {
      if (file !== '') expect(existsSync(fileURLToPath(new URL(file, ROOT))), file).to.equal(true);
      else expect(headings).to.include(anchor);
    }
  });

  it('justifies every run-time dependency', () => {
    const section = readme.slice(readme.indexOf('## Working on it'), readme.indexOf('## Known limits'));
    expect(Object.keys(manifest.dependencies).filter((name) => !section.includes(name))).to.be.empty;
  });

  it('names metrics that are there', () => {
    const names = createMetrics()
      .registry.getMetricsAsArray()
      .map(({ name }) => name);
    const named = Array.from(readme.matchAll(/`(handspring_\w+)`/g), ([, name]) => name ?? '');
    expect(named.length).to.be.greaterThan(5);
    expect(named.filter((name) => !names.includes(name))).to.be.empty;
  });
});
