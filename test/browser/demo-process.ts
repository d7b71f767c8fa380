import { runArguments } from '../../src/core/own-module.js';
import { Child } from '../../weaviate/child.js';

const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));

/**
 * `handspring demo FOLDER`, or over the samples without one, as a process of its own on a free port, once it has read the folder.
 * @throws Error with the last lines it printed, if it ends before that.
 */
export async function startDemoProcess(folder?: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const args = [
    ...MAIN,
    'demo',
    ...(folder === undefined ? [] : [folder]),
    '--port',
    '0',
    '--log-format',
    'json',
  ];
  const demo = Child.start('handspring demo', process.execPath, args, { env: { PATH: process.env['PATH'] } });
  const [url] = await Promise.all([
    demo.waitForLine(searchPageUrl),
    demo.waitForLine((line) => line.includes(' indexed') || undefined),
  ]);
  return { url, stop: () => demo.stop('SIGKILL') };
}

/** The address in the log line that tells where the search page is. */
export function searchPageUrl(line: string): string | undefined {
  return /search page: (http:[^"]+)/.exec(line)?.[1];
}
