// What the one file begins with: the program that it carries is put into the cache folder, unless it lies there already, and run.
import { Module } from 'node:module';
import path from 'node:path';
import { getAsset, getRawAsset } from 'node:sea';
import { constants, zstdDecompressSync } from 'node:zlib';
import { defaultCacheDir, homeFolder } from '../../src/models/cache.js';
import { namingCacheDir } from '../../src/models/hub/unwritable.js';
import { keepInUse, removeUnused } from './old-versions.mjs';
import { checkLoadable, unpack } from './unpack.mjs';

/** @type {import('./pack.mjs').Manifest} */
const manifest = JSON.parse(getAsset('manifest.json', 'utf8'));
const place = path.join('program', manifest.id);
const [, , first = ''] = process.argv;

// A process that the program starts of itself is given one of its modules: `fork` runs this file, which is all the Node.js there is.
const isOwnModule = /^\/.*\/program\/[^/]+\/dist\/src\/.*\.js$/.test(first);
try {
  if (isOwnModule) process.argv.splice(1, 1);
  else process.argv[1] = path.join(programFolder(), manifest.main);
  Module.runMain(process.argv[1]);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** The folder where the program lies, complete and unchanged. */
function programFolder() {
  const folder = path.resolve(cacheDir(process.argv.slice(2)), place);
  const started = performance.now();
  let count;
  try {
    keepInUse(folder);
    count = unpack(folder, manifest, readPart);
  } catch (error) {
    throw namingCacheDir(error, 'the program');
  }
  checkLoadable(path.join(folder, manifest.library));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (count > 0)
    process.stderr.write(`handspring: put ${count} of its files into ${folder} in ${seconds} s\n`);
  for (const name of removeUnused(folder))
    process.stderr.write(`handspring: removed ${name} beside it, which nothing has used for a week\n`);
  return folder;
}

function readPart(index) {
  const params = { [constants.ZSTD_d_windowLogMax]: manifest.windowLog };
  return zstdDecompressSync(new Uint8Array(getRawAsset(`part-${index}`)), { params });
}

/** As the program's own option: `--cache-dir`, then CACHE_DIR, then the user's cache folder. */
function cacheDir(args) {
  const ownArgs = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const at = ownArgs.findLastIndex((arg) => arg === '--cache-dir' || arg.startsWith('--cache-dir='));
  const given = ownArgs[at] === '--cache-dir' ? ownArgs[at + 1] : ownArgs[at]?.slice('--cache-dir='.length);
  const { CACHE_DIR, XDG_CACHE_HOME } = process.env;
  const fallback = { platform: process.platform, homeFolder: homeFolder(), xdgCacheHome: XDG_CACHE_HOME };
  return given || CACHE_DIR || defaultCacheDir(fallback);
}
