import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { startServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';
import { imageVariables } from './dockerfile.js';
import { runWell } from '../support/deploy-tools.js';

/** What gcr.io/distroless/nodejs has of libraries: Debian's libc6, libstdc++6, libgcc-s1 and libgomp1. */
const IN_THE_IMAGE =
  /^(lib(c|dl|m|pthread|resolv|rt|stdc\+\+|gcc_s|gomp)\.so\.\d+|\/lib\S*\/ld-linux\S+|linux-vdso\.so\.1)$/;

const MODULES = fileURLToPath(new URL('node_modules/', ROOT));

describe('the native libraries of what the program runs with', () => {
  it('need nothing that the image does not have', async () => {
    const files = nativeFiles();
    expect(files.map((file) => path.basename(file))).to.include.members([
      'libonnxruntime.so.1',
      'onnxruntime_binding.node',
    ]);
    expect(files.some((file) => path.basename(file).startsWith('libvips-cpp.so'))).to.equal(true);
    for (const file of files) {
      const needed = (await runWell('ldd', [file])).trim().split('\n').map(parseNeed);
      const elsewhere = needed.filter(({ name, found }) => !IN_THE_IMAGE.test(name) && !isOurs(found));
      expect(elsewhere, path.relative(MODULES, file)).to.deep.equal([]);
    }
  });
});

describe('the service with the variables of its image', () => {
  it('leaves nothing in its home folder', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'home-'));
    // Not the cache, which is to be written to.
    const env = { ...imageVariables(), HOME: home, CACHE_DIR: path.join(home, 'cache') };
    const service = await startServiceProcess([], env);
    try {
      expect((await vectorize(service.url, { texts: ['a harbour'] })).status).to.equal(200);
      service.child.kill('SIGTERM');
      expect(await service.exited).to.equal(0);
      expect(readdirSync(home)).to.deep.equal([]);
    } finally {
      await service.stop();
      await rm(home, { recursive: true, force: true });
    }
  });
});

/** Of this machine's platform, as only those can be asked. */
function nativeFiles(): string[] {
  const rooms = [
    `onnxruntime-node/bin/napi-v6/linux/${process.arch}`,
    `@img/sharp-linux-${process.arch}/lib`,
    `@img/sharp-libvips-linux-${process.arch}/lib`,
  ].map((room) => path.join(MODULES, room));
  return rooms.flatMap((room) =>
    readdirSync(room)
      .filter((name) => /\.node$|\.so(\.|$)/.test(name))
      .map((name) => path.join(room, name)),
  );
}

/** One line of ldd: `libm.so.6 => /lib/… (0x…)`, or `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
function parseNeed(line: string): { name: string; found: string } {
  const [, name = '', found = ''] = /^\s*(\S+)(?: => (.*?))?(?: \(0x[0-9a-f]+\))?$/.exec(line) ?? [];
  return { name, found };
}

function isOurs(found: string): boolean {
  return path.normalize(found).startsWith(MODULES);
}
