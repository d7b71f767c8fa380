// npm run bundle [-- x64|arm64]: one file that needs no Node.js, dist/bundle/handspring-linux-x64. Node.js with the program inside it
// (https://nodejs.org/api/single-executable-applications.html), all of it from npm's registry, held by the lock files.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const TRIPLETS = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
/** By which Node.js sees that there is a program in its file. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const root = fileURLToPath(new URL('../..', import.meta.url));
const own = fileURLToPath(new URL('.', import.meta.url));
const [arch = process.arch, ...others] = process.argv.slice(2);
if (!Object.hasOwn(TRIPLETS, arch) || others.length > 0 || process.platform !== 'linux')
  throw new Error(
    `expected one of ${Object.keys(TRIPLETS).join(', ')}, on Linux; received ${[arch, ...others].join(' ')} on ${process.platform}`,
  );

const out = path.join(root, 'dist/bundle');
const work = path.join(out, `work-${arch}`);
const inWork = (...names) => path.join(work, ...names);
rmSync(work, { recursive: true, force: true });

const tools = install(own, inWork('tools'), process.arch);
const target = arch === process.arch ? tools : install(own, inWork('target'), arch);
const node = (folder, of) => path.join(folder, `node_modules/node-linux-${of}`);
const hostNode = path.join(node(tools, process.arch), 'bin/node');

const program = gather();
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
execFileSync(hostNode, [path.join(own, 'pack.mjs'), program, inWork('assets'), version], {
  stdio: 'inherit',
});

await build({
  entryPoints: [path.join(own, 'start.mjs')],
  outfile: inWork('start.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  logLevel: 'warning',
});
writeFileSync(
  inWork('sea.json'),
  JSON.stringify({
    main: inWork('start.cjs'),
    output: inWork('program.blob'),
    disableExperimentalSEAWarning: true,
    assets: Object.fromEntries(readdirSync(inWork('assets')).map((name) => [name, inWork('assets', name)])),
  }),
);
execFileSync(hostNode, ['--experimental-sea-config', inWork('sea.json')], { stdio: 'ignore' });

const draft = inWork('handspring');
cpSync(path.join(node(target, arch), 'bin/node'), draft);
chmodSync(draft, 0o755);
withoutSymbols(draft);
const { inject } = createRequire(path.join(tools, 'package.json'))('postject');
await inject(draft, 'NODE_SEA_BLOB', readFileSync(inWork('program.blob')), { sentinelFuse: FUSE });
const file = path.join(out, `handspring-linux-${arch}`);
renameSync(draft, file);
rmSync(work, { recursive: true, force: true });
console.log(`${path.relative(root, file)}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);

/** Symbols are for debuggers of Node.js itself, and a tenth of the file. The tool is in Debian's binutils, and in another package for each other processor. */
function withoutSymbols(file) {
  const strip = `${TRIPLETS[arch]}-strip`;
  const { error, status } = spawnSync(strip, [file], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error)
    console.error(
      `${strip}: not found (Debian: binutils-${TRIPLETS[arch].replace('_', '-')}); the file is 18 MB larger`,
    );
  else if (status !== 0) throw new Error(`${strip} ended with ${status}`);
}

/** What the program is: its packages without those for development and other platforms, its code, models and samples. */
function gather() {
  const folder = install(root, inWork('program'), arch, '--omit=dev');
  execFileSync(process.execPath, [path.join(root, 'scripts/one-platform.mjs'), arch], { cwd: folder });
  for (const name of ['node_modules/.bin', 'node_modules/.package-lock.json', 'package-lock.json', '.npmrc'])
    rmSync(path.join(folder, name), { recursive: true, force: true });
  for (const name of ['dist/src', 'models', 'samples', 'LICENSE'])
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true, filter: isForRunning });
  cpSync(path.join(node(target, arch), 'LICENSE'), path.join(folder, 'LICENSE.node'));
  for (const name of readdirSync(path.join(folder, 'node_modules'), { recursive: true }))
    if (!isForRunning(name))
      rmSync(path.join(folder, 'node_modules', name), { recursive: true, force: true });
  return folder;
}

/** Not maps of sources, types, and how the starter was made: as in the image. */
function isForRunning(name) {
  return !/\.(map|d\.[mc]?ts|musl\.node)$|(^|\/)models\/starter\/build$|(^|\/)@types$/.test(name);
}

/** The packages of a project for a platform, as its lock file has them, in a folder of their own. */
function install(project, folder, cpu, ...flags) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    cpSync(path.join(project, name), path.join(folder, name));
  const args = ['ci', '--prefer-offline', '--os=linux', `--cpu=${cpu}`, '--libc=glibc', ...flags];
  execFileSync(process.execPath, [process.env.npm_execpath, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}
