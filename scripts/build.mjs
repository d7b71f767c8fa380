// Compiles the program, its tests and the search page into dist/. Run by every npm script that needs it, so an unchanged
// checkout has to cost next to nothing, and a program that runs from dist/ may not notice: only what changed is compiled,
// each file is replaced in one step, and what has no source any more is removed by itself. Types are `npm run types`.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform, version } from 'esbuild';

const FOLDERS = ['src', 'test', 'bench', 'weaviate'];
/** What is no part of the program: inputs of tests, and the source of the WebAssembly, which has a compiler of its own. */
const PASSED_OVER = ['test/fixtures', 'src/towers/image/resample/assembly'];
/** Files that the program reads beside its code. */
const COPIED = /\.(html|css|svg|proto)$/;
/** What each source was when it was compiled, and by what. */
const RECORD = 'dist/.compiled.json';
const COMPILER = `esbuild ${version}, build.mjs of ${statSync(fileURLToPath(import.meta.url)).mtimeMs}`;
const QUIET_MS = 1000;

const known = readRecord();
const sources = FOLDERS.filter((folder) => existsSync(folder))
  .flatMap(filesBelow)
  .filter((file) => COPIED.test(file) || (file.endsWith('.ts') && !file.endsWith('.d.ts')));
const states = Object.fromEntries(sources.map((file) => [file, stateOf(file)]));
const changed = sources.filter((file) => states[file] !== known[file] || !existsSync(targetOf(file)));
const wanted = new Set(sources.map(targetOf));
const stale = FOLDERS.map((folder) => `dist/${folder}`)
  .filter((folder) => existsSync(folder))
  .flatMap(filesBelow)
  .filter((file) => !wanted.has(file.replace(/\.js\.map$/, '.js')));

for (const file of stale) rmSync(file, { force: true });
if (changed.length > 0) await compileAll();

async function compileAll() {
  const told = setTimeout(() => console.error('compiling…'), QUIET_MS);
  const results = await Promise.allSettled(changed.map(compile));
  clearTimeout(told);
  const failures = results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
  if (failures.length > 0) {
    console.error(failures.join('\n'));
    process.exit(1);
  }
  if (existsSync('dist/src/cli/main.js')) chmodSync('dist/src/cli/main.js', 0o755); // what `npm link` points at
  replace(RECORD, JSON.stringify({ compiler: COMPILER, states }));
}

async function compile(file) {
  const target = targetOf(file);
  const source = readFileSync(file);
  if (COPIED.test(file)) return replace(target, source);
  const { code, map } = await transform(source, {
    loader: 'ts',
    format: 'esm',
    target: 'es2022',
    sourcefile: path.relative(path.dirname(target), file),
    sourcemap: 'external',
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
  });
  replace(`${target}.map`, map);
  replace(target, `${code}//# sourceMappingURL=${path.basename(target)}.map\n`);
}

/** Writes a file beside its place and moves it there: who reads it meanwhile has the old one or the new one, whole. */
function replace(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = path.join('dist', `.draft-${process.pid}-${path.basename(file)}`);
  writeFileSync(draft, content);
  renameSync(draft, file);
}

function targetOf(file) {
  return `dist/${file.replace(/\.ts$/, '.js')}`;
}

function stateOf(file) {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs} ${size}`;
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (PASSED_OVER.includes(file)) return [];
    if (entry.isDirectory()) return filesBelow(file);
    return [file];
  });
}

/** What is recorded of the last build; nothing if there was none, or by another compiler. */
function readRecord() {
  try {
    const { compiler, states } = JSON.parse(readFileSync(RECORD, 'utf8'));
    return compiler === COMPILER ? states : {};
  } catch {
    return {};
  }
}
