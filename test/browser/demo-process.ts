import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/**
 * `handspring demo FOLDER` as a process of its own on a free port, once it has read the folder.
 * @throws Error with what it printed, if it ends before that.
 */
export async function startDemoProcess(folder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [MAIN, 'demo', folder, '--port', '0', '--log-format', 'json'], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const printed: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    let found: string | undefined;
    createInterface({ input: child.stderr }).on('line', (line) => {
      printed.push(line);
      found ??= /search page: (http:[^"]+)/.exec(line)?.[1];
      if (found !== undefined && line.includes('photos indexed')) resolve(found);
    });
    void exited.then(() => reject(new Error(`the demo ended early:\n${printed.join('\n')}`)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return { url, stop };
}
