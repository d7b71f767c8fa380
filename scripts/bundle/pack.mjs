// node pack.mjs FOLDER OUT ID: the files of a folder as parts of an archive, and a manifest that says what is in each. By a Node.js
// that knows Zstandard.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { sha256 } from './unpack.mjs';

/**
 * @typedef {object} PackedFile
 * @property {string} path Relative to the folder.
 * @property {number} size In bytes.
 * @property {string} sha256
 *
 * @typedef {object} Manifest
 * @property {string} id Names the folder: the version, and a hash of all that is packed.
 * @property {string} main The module to run.
 * @property {string} library One of the native libraries.
 * @property {number} windowLog Of Zstandard.
 * @property {PackedFile[][]} parts
 */

/** What is read and unpacked at once, so that little memory is needed; a larger file is a part of its own. */
const PART_BYTES = 32e6;
const WINDOW_LOG = 25;
/** A level of 19 takes twenty times as long for 6 % less. */
const LEVEL = 9;

const [folder, out, version] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const parts = [];
let contents = [];
let [files, bytes] = [[], 0];
for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  .sort()) {
  const content = readFileSync(path.join(folder, name));
  if (bytes > 0 && bytes + content.length > PART_BYTES) endPart();
  files.push({ path: name, size: content.length, sha256: sha256(content) });
  contents.push(content);
  bytes += content.length;
}
endPart();

const main = 'dist/src/cli/main.js';
const library = parts.flat().find(({ path: name }) => name.includes('libonnxruntime.so'))?.path;
if (!parts.flat().some(({ path: name }) => name === main) || !library)
  throw new Error(`${folder}: expected ${main} and libonnxruntime.so in it`);
const id = `${version}-${sha256(Buffer.from(JSON.stringify(parts))).slice(0, 16)}`;
writeFileSync(
  path.join(out, 'manifest.json'),
  JSON.stringify({ id, main, library, windowLog: WINDOW_LOG, parts }),
);

function endPart() {
  const params = {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_windowLog]: WINDOW_LOG,
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  };
  writeFileSync(
    path.join(out, `part-${parts.length}`),
    zstdCompressSync(Buffer.concat(contents), { params }),
  );
  parts.push(files);
  [files, contents, bytes] = [[], [], 0];
}
