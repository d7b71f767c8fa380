import { spawnSync } from 'node:child_process';

/** What the npm that runs this script prints on its standard output for a command, whatever its exit code. */
export function npm(...args) {
  const cli = process.env.npm_execpath;
  if (!cli) throw new Error('expected to be run by npm: npm run …');
  const { stdout, error } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) throw error;
  return stdout;
}
