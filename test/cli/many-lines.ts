import { pathToFileURL } from 'node:url';
import { action, command } from '../../src/cli/command-line.js';

/** More than a pipe or a socket takes ahead of its reader. */
export const LINES = 20_000;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lines = command('lines', 'doctor', 'Many lines');
  action(lines, 'doctor', {}, () => {
    for (let line = 0; line < LINES; line += 1) process.stdout.write(`this is line ${line}\n`);
    process.stderr.write('written\n');
    return Promise.resolve(0);
  });
  await lines.parseAsync();
}
