import { readFileSync } from 'node:fs';
import { renderOptions } from '../../src/cli/options/config.js';
import { ROOT } from '../../src/core/own-module.js';
import { loadCatalogue } from '../../src/models/catalogue.js';
import { renderCatalogue } from '../../src/models/catalogue-table.js';

/** The parts of pages that the code writes, each between `<!-- name:start -->` and `<!-- name:end -->`. */
const PARTS: Readonly<Record<string, { readonly name: string; readonly render: () => string }>> = {
  'docs/configuration.md': { name: 'options', render: renderOptions },
  'docs/models.md': { name: 'catalogue', render: () => renderCatalogue(loadCatalogue()) },
};

/** The pages with generated parts, by their paths, as they are and as the code has them. */
export function renderPages(): { readonly page: string; readonly text: string; readonly wanted: string }[] {
  return Object.entries(PARTS).map(([page, { name, render }]) => {
    const text = readFileSync(new URL(page, ROOT), 'utf8');
    const pattern = new RegExp(`(<!-- ${name}:start -->\\n)[^]*?(<!-- ${name}:end -->)`);
    if (!pattern.test(text)) throw new Error(`${page}: expected the marks of ${name}`);
    const wanted = text.replace(
      pattern,
      (_, start: string, end: string) => `${start}\n${render()}\n\n${end}`,
    );
    return { page, text, wanted };
  });
}
