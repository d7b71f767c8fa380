import { readFileSync } from 'node:fs';

/** The project's root: three levels above the compiled `dist/src/core`. */
export const ROOT = new URL('../../../', import.meta.url);

const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };

export const VERSION = manifest.version;
