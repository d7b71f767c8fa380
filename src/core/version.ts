import { readFileSync } from 'node:fs';
import { ROOT } from './own-module.js';

const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
  version: string;
  engines: { node: string };
};

export const VERSION = manifest.version;

/** The versions of Node that it runs on, as npm writes them: `>=20.10`. */
export const NODE_RANGE = manifest.engines.node;
