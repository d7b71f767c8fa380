import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { OPTIONS } from '../../src/cli/options/config.js';
import type { Option } from '../../src/cli/options/config.js';
import { ROOT } from '../../src/core/own-module.js';
import { STATUS } from '../../src/serve/errors.js';
import { createMetrics } from '../../src/serve/metrics.js';
import { renderPages } from './generated.js';
import { PAGES, readBlocks, readPage } from './pages.js';

const MAX_README_LINES = 200;

const manifest = JSON.parse(readPage('package.json')) as {
  readonly scripts: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly engines: { readonly node: string };
};
const options = Object.values(OPTIONS) as Option<unknown>[];
const everything = PAGES.map(readPage).join('\n');

describe('the documentation', () => {
  for (const { page, text, wanted } of renderPages()) {
    it(`has in ${page} what the code has (npm run readme writes it)`, () => {
      expect(text).to.equal(wanted);
    });
  }

  it('lists every error code with its status', () => {
    const [, table = ''] =
      /<!-- errors:start -->([^]*)<!-- errors:end -->/.exec(readPage('docs/api.md')) ?? [];
    const rows = Array.from(table.matchAll(/^\| `(\w+)` +\| +(\d+) /gm), ([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(rows)).to.deep.equal(STATUS);
  });

  it('names every package that the program runs with once, and no other', () => {
    const rows = Array.from(readPage('docs/dependencies.md').matchAll(/^\| ([^|]+) \|.*\|$/gm), ([, names = '']) => names);
    const named = rows.filter((names) => !/^(package|-+)/.test(names)).flatMap((names) => names.split(', '));
    expect(named.sort()).to.deep.equal(Object.keys(manifest.dependencies).sort());
  });

  for (const page of PAGES) {
    it(`links in ${page} to files and headings that are there`, () => {
      const broken = Array.from(
        withoutCode(readPage(page)).matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g),
      )
        .map(([, file = '', anchor = '']) => ({
          file: file === '' ? page : path.join(path.dirname(page), file),
          anchor,
        }))
        .filter(({ file, anchor }) => !isThere(file) || (anchor !== '' && !headings(file).includes(anchor)))
        .map(({ file, anchor }) => file + anchor);
      expect(broken).to.deep.equal([]);
    });
  }

  it('names scripts that are there', () => {
    const named = Array.from(
      everything.matchAll(/npm run (?:-s |--silent )?([\w:]+)/g),
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !(name in manifest.scripts))).to.be.empty;
  });

  it('shows JSON that is JSON', () => {
    const shown = PAGES.flatMap((page) => readBlocks(page)).filter(({ language }) => language === 'json');
    expect(shown).to.not.be.empty;
    for (const { text } of shown) JSON.parse(text.replaceAll(', …', ''));
  });

  it('gives commands options that they have', () => {
    const commands = PAGES.flatMap((page) =>
      readBlocks(page)
        .filter(({ language }) => language === 'sh')
        .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
        .map((line) => ({ page, line })),
    );
    const wrong = commands.flatMap(({ page, line }) => {
      const [, name = '', rest = ''] =
        /npm run (?:-s )?(?:handspring -- )?(serve|demo|import|evaluate|doctor)\b(.*)/.exec(line) ?? [];
      const flags = rest.match(/--[a-z][\w-]*/g) ?? [];
      const variables = Array.from(
        line.matchAll(/(?:^|\s)([A-Z][A-Z_]+)=\S+(?=.*npm run)/g),
        ([, variable]) => variable,
      );
      return [
        ...flags.filter(
          (flag) =>
            flag !== '--help' &&
            !options.some((row) => row.flag === flag && row.commands.some((command) => command === name)),
        ),
        ...variables.filter(
          (variable) => !options.some(({ env, otherEnv }) => variable === env || variable === otherEnv),
        ),
      ].map((word) => `${page}: ${word} in ${line}`);
    });
    expect(commands.length).to.be.greaterThan(20);
    expect(wrong).to.be.empty;
  });

  it('names metrics that are there', () => {
    const names = createMetrics()
      .registry.getMetricsAsArray()
      .map(({ name }) => name);
    const named = Array.from(everything.matchAll(/`(handspring_\w+)`/g), ([, name = '']) => name);
    expect(named.length).to.be.greaterThan(5);
    expect(named.filter((name) => !names.includes(name))).to.be.empty;
  });

  it('has a README of ten minutes', () => {
    const readme = readPage('README.md');
    expect(readme.split('\n').length).to.be.at.most(MAX_README_LINES);
    expect(readme).to.include(`Node.js ${manifest.engines.node.replace('>=', '')} or newer`);
  });
});

function isThere(file: string): boolean {
  return existsSync(fileURLToPath(new URL(file, ROOT)));
}

/** The anchors that GitHub makes of a page's headings. */
function headings(page: string): string[] {
  return Array.from(
    withoutCode(readPage(page)).matchAll(/^#+ (.+)$/gm),
    ([, text = '']) =>
      `#${text
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-')}`,
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```$/gm, '');
}
