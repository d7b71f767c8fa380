import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ownModule, RUN_FLAGS } from '../../../src/core/own-module.js';

const LIBRARY = ownModule(new URL('../../../src/onnx/session/onnxruntime.js', import.meta.url)).href;

/** What a program prints in a process of its own. */
async function run(program: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const flags = [...RUN_FLAGS, '--input-type=module', '-e', program];
  return (await promisify(execFile)(process.execPath, flags, { env })).stdout.trim();
}

describe('ONNX Runtime', () => {
  it('keeps no identifier in the home folder, as it reports to nobody', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'home-'));
    const program = `const { InferenceSession } = await import('${LIBRARY}');
      await InferenceSession.create(new Uint8Array(0)).catch(() => undefined);`;
    await run(program, { PATH: process.env['PATH'], HOME: home });
    expect(await readdir(home)).to.deep.equal([]);
    await rm(home, { recursive: true });
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
