import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';
import { pythonForClient } from './python-programs.js';
import { Served } from './served.js';

const CLIENT = 'clients/python';

describe('the Python client', function () {
  this.timeout(300_000);
  let python: string;
  let served: Served;
  before(async () => {
    [python, served] = await Promise.all([pythonForClient(), Served.start()]);
  });
  after(() => served.stop());

  const run = (...args: string[]) =>
    served.run(CLIENT, python, ['-m', ...args], { PYTHONPATH: 'src', PYTHONDONTWRITEBYTECODE: '1' });

  it('passes its own tests, against a server', () => run('pytest', '-q', '-p', 'no:cacheprovider'));

  it('is typed throughout', () => run('mypy', '--cache-dir=/dev/null', 'src', 'tests'));

  it('does what its README shows', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-python-'));
    try {
      const page = await readFile(new URL(`${CLIENT}/README.md`, ROOT), 'utf8');
      const samples = fileURLToPath(new URL('samples/', ROOT));
      await writeFile(
        path.join(folder, 'README.md'),
        served.here(page).replaceAll('"samples/', `"${samples}`),
      );
      await run('doctest', '-o', 'ELLIPSIS', path.join(folder, 'README.md'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
