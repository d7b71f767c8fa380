import { execFile } from 'node:child_process';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** What a command of the benchmark says, and how it ends: at once, or it is ended, as a run takes half an hour. */
function ended(command: string, ...args: string[]): Promise<Ended> {
  const program = runArguments(new URL(`../../bench/${command}.js`, import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [...program, ...args], { timeout: 55_000 }, (failure, out, error) =>
      resolve({ code: failure ? Number(failure.code) : 0, out, error }),
    );
  });
}

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  run: ['--model', '--precision', '--quick', '--rounds', '--only', '--serve-args', '--out', '--name'],
  settings: ['--model', '--only', '--match', '--rounds', '--out', '--name'],
  compare: ['--url', '--rounds', '--seconds', '--json'],
  soak: ['--minutes', '--model', '--callers', '--out', '--name'],
  replicas: ['--rounds', '--seconds', '--write'],
  resample: ['--json', '--rounds'],
  capacity: ['--write', '--photos-per-day', '--hours', '--queries-per-second', '--p95'],
  import: ['--model', '--photos', '--batches', '--rounds', '--json'],
  imagebind: ['--checkpoint', '--model', '--modalities', '--beside', '--precision', '--seconds'],
  grpc: ['--turns', '--seconds', '--model'],
  lines: ['--lines', '--requests', '--model'],
  peers: ['--quick', '--rounds', '--only', '--out', '--name'],
};

describe('the commands of the benchmark', function () {
  this.timeout(60_000);

  for (const [command, flags] of Object.entries(COMMANDS)) {
    it(`${command} has a help with a sentence for each option`, async () => {
      const { code, out, error } = await ended(command, '--help');
      expect([code, error]).to.deep.equal([0, '']);
      for (const flag of [...flags, '-h, --help'])
        expect(out).to.match(new RegExp(`^  ${flag}( <[a-z]+>)?\\s+[A-Z][^]*?\\.`, 'm'));
      // Each option that may be left out says what happens then.
      const rows = out.split(/^ {2}(?=--)/m).slice(1);
      const optional = rows.filter((row) => row.includes('<') && !row.startsWith('--url'));
      for (const row of optional) expect(row).to.match(/Default:\s+\S/);
    });
  }

  const wrong: [command: string, args: string[], line: string][] = [
    [
      'run',
      ['--only', 'raw,bogus'],
      '--only: expected some of stages,files,raw,service, each once, received raw,bogus',
    ],
    ['run', ['--only', ''], '--only: expected some of stages,files,raw,service, each once, received none'],
    [
      'run',
      ['--precision', 'fp32,fp32'],
      '--precision: expected some of fp32,int8,fp16, each once, received fp32,fp32',
    ],
    ['run', ['--rounds', 'x'], '--rounds: expected a whole number from 1 to 100, received x'],
    [
      'run',
      ['--model', '/no/such/folder'],
      '--model: expected a folder that is there, received /no/such/folder',
    ],
    ['run', ['--name', '../x'], '--name: expected a name of letters, digits, dots and dashes, received ../x'],
    ['run', ['--frobnicate'], "error: unknown option '--frobnicate'"],
    ['settings', ['--rounds', '0'], '--rounds: expected a whole number from 1 to 100, received 0'],
    [
      'settings',
      ['--match', 'none such'],
      "--match: expected words of a setting's name, such as spinning, received none such",
    ],
    [
      'peers',
      ['--only', 'fp32,tensorflow'],
      '--only: expected some of fp32,int8,transformers.js,torch,raw, each once, received fp32,tensorflow',
    ],
    [
      'compare',
      ['--url', 'ftp://a'],
      '--url: expected an http or https address such as http://localhost:8080, received ftp://a',
    ],
    ['compare', ['--url', 'http://a'], '--url: expected two servers or more, received http://a'],
    [
      'compare',
      ['--url', 'http://a', '--seconds', '-1'],
      '--seconds: expected a number above 0, received -1',
    ],
    ['soak', ['--minutes', '0'], '--minutes: expected a number above 0, received 0'],
    ['soak', ['--callers', 'x'], '--callers: expected a whole number from 1 to 256, received x'],
    ['replicas', ['--rounds', '1.5'], '--rounds: expected a whole number from 1 to 100, received 1.5'],
    ['resample', ['--rounds', 'x'], '--rounds: expected a whole number from 1 to 10000, received x'],
    ['capacity', ['--photos-per-day', 'many'], '--photos-per-day: expected a number from 0, received many'],
    ['capacity', ['--hours', '0'], '--hours: expected a number above 0, received 0'],
    ['import', ['--batches', '1,x'], '--batches: expected whole numbers above 0, as in 1,4, received 1,x'],
  ];
  for (const [command, args, line] of wrong) {
    it(`${command} ${args.join(' ')} is refused in one line`, async () => {
      expect(await ended(command, ...args)).to.deep.equal({ code: 2, out: '', error: `${line}\n` });
    });
  }

  it('end with what went wrong alone where it is none of their options', async () => {
    const nobody = ['--url', 'http://127.0.0.1:1', '--url', 'http://127.0.0.1:2'];
    const { code, error } = await ended('compare', ...nobody);
    expect([code, error]).to.deep.equal([1, 'connect ECONNREFUSED 127.0.0.1:1\n']);
  });
});
