import { renderOptions } from '../../src/cli/options/config.js';
import { loadCatalogue } from '../../src/models/catalogue.js';
import { renderCatalogue } from '../../src/models/catalogue-table.js';

/** README.md with its generated parts as the code has them: what stands between `<!-- name:start -->` and `<!-- name:end -->`. */
export function renderReadme(text: string): string {
  const parts = { options: renderOptions(), catalogue: renderCatalogue(loadCatalogue()) };
  return Object.entries(parts).reduce((readme, [name, content]) => {
    const pattern = new RegExp(`(<!-- ${name}:start -->\\n)[^]*?(<!-- ${name}:end -->)`);
    if (!pattern.test(readme)) throw new Error(`README.md: expected the marks of ${name}`);
    return readme.replace(pattern, (_, start: string, end: string) => `${start}\n${content}\n\n${end}`);
  }, text);
}
