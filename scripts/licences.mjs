// The licence of every package that the program runs with, as a table; ends with 1 if one is not known to be compatible.
import { readFileSync } from 'node:fs';

/** SPDX names that may be combined with Apache-2.0 in one program. */
const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
];

/**
 * Replaceable, their sources public: libvips, which sharp's binaries contain and link dynamically, and libheif, a package by
 * itself that is loaded from a file of its own, as is codec-parser, which cuts Ogg and FLAC into frames.
 */
const WEAK_COPYLEFT = { 'LGPL-3.0-or-later': /^@img\/sharp-|^codec-parser$/, 'LGPL-3.0': /^libheif-js$/ };

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const rows = Object.entries(packages)
  .filter(([path, { dev }]) => path !== '' && !dev)
  .map(([path, { version, license }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return { name, version, licence: license ?? readLicence(path) };
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const doubtful = rows.filter(({ name, licence }) => !isAllowed(name, licence));

for (const { name, version, licence } of rows) console.log(`${licence}\t${name}@${version}`);
console.log(`\n${rows.length} packages, ${doubtful.length} doubtful`);
for (const { name, licence } of doubtful)
  console.error(`${name}: expected a permissive licence, received ${licence}`);
// Not exit(), which drops what a slow reader has not taken yet.
process.exitCode = doubtful.length === 0 ? 0 : 1;

function readLicence(path) {
  try {
    return JSON.parse(readFileSync(`${path}/package.json`, 'utf8')).license ?? 'none';
  } catch {
    return 'none';
  }
}

/** `A OR B` needs one that is allowed, `A AND B` all of them. */
function isAllowed(name, licence) {
  const alternatives = licence.replace(/[()]/g, '').split(' OR ');
  return alternatives.some((all) =>
    all.split(' AND ').every((one) => PERMISSIVE.includes(one) || WEAK_COPYLEFT[one]?.test(name)),
  );
}
