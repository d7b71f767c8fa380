// node scripts/release/assets.mjs FOLDER: looks whether all files of a release lie in a folder, and puts beside them what the program
// is made of and the checksums of all.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { npm } from '../npm.mjs';

const SUMS = 'SHA256SUMS';
const [folder = '.'] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const bom = `handspring-${version}.cdx.json`;
const expected = ['handspring-linux-x64', 'handspring-linux-arm64', `handspring-${version}.tgz`, 'image.txt'];

const there = readdirSync(folder).filter((name) => name !== SUMS && name !== bom);
const missing = expected.filter(
  (name) => !there.includes(name) || statSync(path.join(folder, name)).size === 0,
);
const others = there.filter((name) => !expected.includes(name));
if (missing.length + others.length > 0) {
  console.error(
    `${folder}: expected ${expected.join(', ')}; missing or empty: ${missing.join(', ') || 'none'}; others: ${others.join(', ') || 'none'}`,
  );
  process.exitCode = 1;
} else {
  writeFileSync(path.join(folder, bom), npm('run', '-s', 'sbom'));
  const lines = await Promise.all(
    [...expected, bom].map(async (name) => `${await sha256(path.join(folder, name))}  ${name}\n`),
  );
  writeFileSync(path.join(folder, SUMS), lines.join(''));
}

/** As `sha256sum --check` reads it. */
async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
