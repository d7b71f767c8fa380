import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ownModule, RUN_FLAGS } from '../../../src/core/own-module.js';

const LIBRARY = ownModule(new URL('../../../src/onnx/session/onnxruntime.js', import.meta.url)).href;

describe('ONNX Runtime', () => {
  it('keeps no identifier in the home folder, as it reports to nobody', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'home-'));
    const program = `const { InferenceSession } = await import('${LIBRARY}');
      await InferenceSession.create(new Uint8Array(0)).catch(() => undefined);`;
    const env = { PATH: process.env['PATH'], HOME: home };
    await promisify(execFile)(process.execPath, [...RUN_FLAGS, '--input-type=module', '-e', program], {
      env,
    });
    expect(await readdir(home)).to.deep.equal([]);
    await rm(home, { recursive: true });
  });
});
