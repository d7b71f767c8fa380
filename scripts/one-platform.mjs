// Removes the libraries that onnxruntime-node carries for other platforms than this one: 243 of its 288 MB. npm has no way
// to leave them out; `npm ci` brings them back.
import { readdirSync, rmSync } from 'node:fs';

const LIBRARIES = 'node_modules/onnxruntime-node/bin/napi-v6';

const others = (folder, kept) => readdirSync(folder).filter((name) => name !== kept);
const own = readdirSync(LIBRARIES).includes(process.platform);
if (!own)
  throw new Error(`${LIBRARIES}: expected a folder ${process.platform}, found ${readdirSync(LIBRARIES)}`);

for (const platform of others(LIBRARIES, process.platform))
  rmSync(`${LIBRARIES}/${platform}`, { recursive: true });
for (const arch of others(`${LIBRARIES}/${process.platform}`, process.arch))
  rmSync(`${LIBRARIES}/${process.platform}/${arch}`, { recursive: true });
