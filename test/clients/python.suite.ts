import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';
import { pythonWith } from '../support/python-environment.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const at = (relative: string) => fileURLToPath(new URL(relative, ROOT));
const CLIENT = at('clients/python');
const TOOLS = ['httpx==0.28.1', 'mypy==2.4.1', 'numpy', 'pytest==9.2.0', ''].join('\n');

describe('the Python client', function () {
  this.timeout(300_000);
  let python: string;
  let service: ServiceProcess;
  before(async () => {
    [python, service] = await Promise.all([pythonWith(TOOLS), startServiceProcess(['--model', 'starter'])]);
  });
  after(() => service.stop());

  const run = (...args: string[]) =>
    new Promise<void>((resolve, reject) => {
      const env = {
        ...process.env,
        PYTHONPATH: 'src',
        PYTHONDONTWRITEBYTECODE: '1',
        HANDSPRING_URL: service.url,
        HANDSPRING_PHOTO: at('samples/chelsea-the-cat.jpg'),
      };
      execFile(python, ['-m', ...args], { cwd: CLIENT, env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${args.join(' ')}:\n${stdout}${stderr}`));
        else resolve();
      });
    });

  it('passes its own tests, against a server', () => run('pytest', '-q', '-p', 'no:cacheprovider'));

  it('is typed throughout', () => run('mypy', '--cache-dir=/dev/null', 'src', 'tests'));

  it('does what its README shows', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-python-'));
    try {
      const page = await readFile(at('clients/python/README.md'), 'utf8');
      const here = page
        .replaceAll('http://localhost:8080', service.url)
        .replaceAll('"samples/', `"${at('samples/')}`);
      await writeFile(path.join(folder, 'README.md'), here);
      await run('doctest', '-o', 'ELLIPSIS', path.join(folder, 'README.md'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
