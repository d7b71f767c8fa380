// Removes what node_modules carries for other platforms than this one: 243 of onnxruntime-node's 288 MB, which npm has no way to
// leave out, and packages for other systems, processors or C libraries that some versions of npm install all the same, such as
// sharp's 9 MB of WebAssembly. `npm ci` brings them back. `node one-platform.mjs arm64`: for another processor than this one.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';

const LIBRARIES = 'node_modules/onnxruntime-node/bin/napi-v6';
/** What npm has installed, with the platforms that each package says it is for. */
const INSTALLED = 'node_modules/.package-lock.json';

const [arch = process.arch] = process.argv.slice(2);
const remove = (place) => rmSync(place, { recursive: true, force: true });

const platforms = readdirSync(LIBRARIES);
if (!platforms.includes(process.platform))
  throw new Error(`${LIBRARIES}: expected a folder ${process.platform}, found ${platforms}`);
for (const name of platforms) if (name !== process.platform) remove(`${LIBRARIES}/${name}`);
for (const name of readdirSync(`${LIBRARIES}/${process.platform}`))
  if (name !== arch) remove(`${LIBRARIES}/${process.platform}/${name}`);

/** As npm reads these lists: `!name` for all but that one. */
const includes = (list, own) =>
  !list || (!list.includes(`!${own}`) && (list.includes(own) || list.every((name) => name.startsWith('!'))));

const isGlibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
const { packages } = existsSync(INSTALLED) ? JSON.parse(readFileSync(INSTALLED, 'utf8')) : { packages: {} };
for (const [place, { os, cpu, libc }] of Object.entries(packages)) {
  const isLibcOurs = process.platform !== 'linux' || includes(libc, isGlibc ? 'glibc' : 'musl');
  if (!includes(os, process.platform) || !includes(cpu, arch) || !isLibcOurs) remove(place);
}
