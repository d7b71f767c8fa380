import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The one style of the pages that the service writes itself; it stands within them. */
export const css = readFileSync(new URL('./reference.css', import.meta.url), 'utf8');

const hash = createHash('sha256').update(css).digest('base64');

/** Content-Security-Policy of such a page: nothing but that style. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
