import { readFileSync } from 'node:fs';
import { ROOT } from './own-module.js';

const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };

export const VERSION = manifest.version;
