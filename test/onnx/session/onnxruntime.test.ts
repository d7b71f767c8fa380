import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ownModule, RUN_FLAGS } from '../../../src/core/own-module.js';

const LIBRARY = ownModule(new URL('../../../src/onnx/session/onnxruntime.js', import.meta.url)).href;

/** What a program prints in a process of its own. It is a file: threads do not start below one that was given by `-e`. */
async function run(program: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'program-'));
  const file = path.join(folder, 'program.mjs');
  await writeFile(file, program);
  try {
    return (await promisify(execFile)(process.execPath, [...RUN_FLAGS, file], { env })).stdout.trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('ONNX Runtime', () => {
  /** What a program that opens a model leaves in its home folder, where none of our own settings is made. */
  async function leftAtHome(program: string): Promise<string[]> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'home-'));
    await run(program, { PATH: process.env['PATH'], HOME: home });
    const left = await readdir(home);
    await rm(home, { recursive: true });
    return left;
  }

  it('keeps no identifier in the home folder, as it reports to nobody', async () => {
    const left = await leftAtHome(`const { InferenceSession } = await import('${LIBRARY}');
      await InferenceSession.create(new Uint8Array(0)).catch(() => undefined);`);
    expect(left).to.deep.equal([]);
  });

  it("keeps none either where it runs in threads of somebody else's program", async () => {
    const library = ownModule(new URL('../../../src/index.js', import.meta.url)).href;
    const left = await leftAtHome(`const { open } = await import('${library}');
      await (await open('starter', { cacheDir: '/nowhere' })).close();`);
    expect(left).to.deep.equal([]);
  });

  it('is not loaded by what the main thread imports: threads and jobs load it for themselves', async () => {
    const isLoadedBy = (module: string) =>
      run(`await import('${module}');
        console.log(process.report.getReport().sharedObjects.some((file) => file.includes('libonnxruntime')));`);
    expect(await isLoadedBy(LIBRARY)).to.equal('true');
    for (const module of ['cli/commands/serve.js', 'cli/commands/bench.js', 'open/derived-towers.js']) {
      const { href } = ownModule(new URL(`../../../src/${module}`, import.meta.url));
      expect(await isLoadedBy(href), module).to.equal('false');
    }
  });
});
