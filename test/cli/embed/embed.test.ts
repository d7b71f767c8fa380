import { spawn } from 'node:child_process';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT, runArguments } from '../../../src/core/own-module.js';
import { statIfThere } from '../../../src/core/optional-file.js';
import { makeFolder } from '../../support/folder.js';

const MAIN = runArguments(new URL('../../../src/cli/main.js', import.meta.url));
const SAMPLES = fileURLToPath(new URL('samples/', ROOT));
const CAT = 'chelsea-the-cat.jpg';

type Line = Record<string, unknown> & { readonly vector?: readonly number[] };

function start(...args: string[]) {
  const child = spawn(process.execPath, [...MAIN, 'embed', ...args], { stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  return { child, output, ended };
}

async function run(args: readonly string[], input = '') {
  const { child, output, ended } = start(...args);
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stdin.end(input);
  const code = await ended;
  const lines = output.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  return { code, lines, stderr: output.stderr };
}

describe('handspring embed', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    folder = await makeFolder({
      'broken.jpg': 'no photo',
      'notes.txt': 'none either',
      'below/empty.png': '',
    });
    await cp(path.join(SAMPLES, CAT), path.join(folder.folder, 'below', CAT));
    await cp(path.join(SAMPLES, 'coffee-cup.jpg'), path.join(folder.folder, 'coffee-cup.jpg'));
  });
  after(() => folder.remove());

  it('writes a line for each photo of a folder, names what fails, and ends with 1 for it', async () => {
    const { code, lines, stderr } = await run([folder.folder]);
    expect(lines.map(({ file }) => file).sort()).to.deep.equal([`below/${CAT}`, 'coffee-cup.jpg']);
    for (const { vector } of lines) expect(vector).to.have.length(384);
    expect(stderr).to.match(/^broken\.jpg: expected a JPEG/m);
    expect(stderr).to.match(/^below\/empty\.png: expected .* received no bytes/m);
    expect(stderr).to.match(/^2 embedded, 2 failed, 1 passed over \(1 no photos by name\)$/m);
    expect(code).to.equal(1);
  });

  it('has several runs do all of a folder between them, each once', async () => {
    const runs = await Promise.all(
      ['1/2', '2/2'].map((shard) => run([SAMPLES, '--shard', shard, '--exclude', '*.md'])),
    );
    const files = runs.flatMap(({ lines }) => lines.map(({ file }) => file as string));
    const photos = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg'));
    expect(files.sort()).to.deep.equal(photos.sort());
    for (const { code, lines } of runs) expect([code, lines.length > 0]).to.deep.equal([0, true]);
  });

  it('embeds the texts of a file and of standard input, a line each', async () => {
    const texts = path.join(folder.folder, 'texts.list');
    await writeFile(texts, 'a cat\r\n\na dog');
    const fromFile = await run(['--texts', texts]);
    const fromInput = await run(['--texts', '-'], 'a cat\n\na dog\n');
    expect(fromFile.lines.map(({ text }) => text)).to.deep.equal(['a cat', '', 'a dog']);
    expect(fromInput.lines).to.deep.equal(fromFile.lines);
    expect(fromFile.code).to.equal(0);
  });

  it('writes float32 for NumPy, and what each row is of beside it', async () => {
    const out = path.join(folder.folder, 'vectors.npy');
    const { code } = await run([path.join(SAMPLES, CAT), path.join(SAMPLES, 'coffee-cup.jpg'), '--out', out]);
    const bytes = await readFile(out);
    const header = bytes.subarray(10, 128).toString('latin1');
    expect(bytes.subarray(0, 8).toString('latin1')).to.equal('\x93NUMPY\x01\x00');
    expect(bytes.readUInt16LE(8)).to.equal(118);
    expect(header).to.match(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 384\), \} +\n$/);
    expect(bytes.length).to.equal(128 + 2 * 384 * 4);
    const index = (await readFile(`${out}.jsonl`, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const { lines } = await run([path.join(SAMPLES, index[1]!['file'] as string)]);
    lines[0]!.vector!.forEach((x, at) =>
      expect(bytes.readFloatLE(128 + 4 * (384 + at))).to.equal(Math.fround(x)),
    );
    expect(code).to.equal(0);
  });

  it('answers each request of a dialogue before it has the next, and none that is wrong ends it', async () => {
    const { child, ended } = start('-');
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (line: string) => {
      child.stdin.write(`${line}\n`);
      return JSON.parse((await answers.next()).value as string) as Line;
    };
    const image = (await readFile(path.join(SAMPLES, CAT))).toString('base64');
    expect((await ask('{"text": "a cat", "id": 7}')).vector).to.have.length(384);
    const byFile = await ask(JSON.stringify({ file: path.join(SAMPLES, CAT) }));
    const byBytes = await ask(JSON.stringify({ id: { any: 'kind' }, image }));
    expect(byBytes['id']).to.deep.equal({ any: 'kind' });
    expect(byBytes.vector).to.deep.equal(byFile.vector);
    expect(await ask('nope')).to.include({ line: 4, code: 'invalid_request' });
    expect((await ask('{"id": 5, "text": 1}'))['error']).to.equal(
      'text: expected a string, received a number',
    );
    expect((await ask('{"text": "a", "image": "b"}'))['error']).to.equal(
      'expected one of text, image, audio, file, received text and image',
    );
    expect((await ask('{"file": "/nowhere.jpg"}'))['code']).to.equal('unreadable');
    expect((await ask('{"text": "still here"}')).vector).to.have.length(384);
    child.stdin.end();
    expect(await ended).to.equal(1);
  });

  it('ends at Ctrl-C with 130, and leaves no half of a file', async () => {
    const out = path.join(folder.folder, 'interrupted.jsonl');
    const { child, ended } = start('--texts', '-', '--out', out);
    child.stdin.on('error', () => undefined); // nobody reads any more once it ends
    child.stdin.write('a text\n'.repeat(100));
    const part = `${out}.part`;
    for (let tries = 0; tries < 500 && !((await statIfThere(part))?.size ?? 0); tries++) await sleep(20);
    child.kill('SIGINT');
    expect(await ended).to.equal(130);
    expect((await readdir(folder.folder)).filter((name) => name.startsWith('interrupted'))).to.deep.equal([]);
  });

  it('says how it is used where it is told nothing, or too much', async () => {
    for (const args of [
      [],
      ['-', SAMPLES],
      [SAMPLES, '--texts', '-'],
      ['--texts', '-', '--shard', '1/2'],
      ['--out', 'vectors.csv', SAMPLES],
    ]) {
      const { code, stderr } = await run(args);
      expect(code, args.join(' ')).to.equal(2);
      expect(stderr).to.match(
        /expected (files and folders, or --texts FILE|files and folders to share|a file whose name ends in \.jsonl or \.npy)/,
      );
    }
  });
});
