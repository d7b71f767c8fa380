import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runScript } from './run-script.js';

/** What npm prints: a report, an answer of a registry that cannot tell, and an error on the way there. */
const ANSWERS: [title: string, printed: string, code: number, said: RegExp][] = [
  [
    'passes where the registry knows of nothing',
    JSON.stringify({ vulnerabilities: {}, metadata: { vulnerabilities: { total: 0 } } }),
    0,
    /^no known vulnerability\n$/,
  ],
  [
    'fails where it knows of something, and names it',
    JSON.stringify({
      vulnerabilities: { leftish: { name: 'leftish', severity: 'low', range: '<1.2.3' } },
      metadata: { vulnerabilities: { low: 1, total: 1 } },
    }),
    1,
    /^low\tleftish\t<1\.2\.3\n1 packages with known vulnerabilities\n$/,
  ],
  [
    'neither passes nor fails where the registry has no such service',
    JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405, error: {} }),
    3,
    /^NOT ANSWERED: the registry has no audit service \(status 405\)/,
  ],
  [
    'fails where the registry cannot be reached',
    JSON.stringify({ message: 'request failed', error: { code: 'ENOTFOUND' } }),
    1,
    /^expected a report of npm audit, received: .*ENOTFOUND/,
  ],
  ['fails where npm prints nothing', '', 1, /^expected a report of npm audit, received: \n$/],
];

describe('the audit of what the program runs with', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'audit-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [title, printed, expected, said] of ANSWERS) {
    it(title, async () => {
      const npm = path.join(folder, 'npm.cjs');
      await writeFile(npm, `process.stdout.write(${JSON.stringify(printed)});`);
      const { code, stdout, stderr } = await runScript('audit.mjs', npm);
      expect(stdout + stderr).to.match(said);
      expect(code).to.equal(expected);
    });
  }
});
