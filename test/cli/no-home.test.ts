import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';

const PROGRAM = runArguments(new URL('../../src/cli/main.js', import.meta.url));
/** What Node does for a user who runs by number and without HOME. */
const WITHOUT_HOME = `import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  os.homedir = () => { throw new Error('uv_os_homedir returned ENOENT'); };
  syncBuiltinESMExports();`;

describe('a user without a home folder', () => {
  it('is told where the cache would be, and can set another', async () => {
    const preload = `data:text/javascript,${encodeURIComponent(WITHOUT_HOME)}`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', preload, ...PROGRAM, 'serve', '--help'],
      { env: { PATH: process.env['PATH'] } },
    );
    expect(stdout.replace(/\s+/g, ' ')).to.match(
      /\(env CACHE_DIR, default [\\/][\w\\/.]*handspring[\w\\]*\)/,
    );
  });
});
