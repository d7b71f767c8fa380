import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, open, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT, runArguments } from '../../../src/core/own-module.js';
import { statIfThere } from '../../../src/core/optional-file.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
import { makeFolder } from '../../support/folder.js';
import { fixtureFolder } from '../../support/model-fixture.js';
import { wavFile } from '../../towers/audio/wav-file.js';

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

const FIRST_1000 = Array.from({ length: 1000 }, (_, n) => n + 1);

async function linesOf(file: string): Promise<Line[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

/** The vector of a photo in a finished file, rounded as far as batches of other sizes differ. */
async function vectorsOf(out: string, rows: readonly Line[]): Promise<(file: string) => number[]> {
  const bytes = await readFile(out);
  const numbers = out.endsWith('.npy')
    ? new Float32Array(new Uint8Array(bytes.subarray(128)).buffer)
    : Float32Array.from(rows.flatMap(({ vector = [] }) => vector));
  const dimensions = numbers.length / rows.length;
  return (file) => {
    const at = rows.findIndex((row) => row['file'] === file);
    return Array.from(numbers.subarray(at * dimensions, (at + 1) * dimensions), (x) => Number(x.toFixed(3)));
  };
}

/** Waits until a file has so many bytes. */
async function untilThere(file: string, bytes: number): Promise<void> {
  for (let tries = 0; tries < 1500 && ((await statIfThere(file))?.size ?? 0) < bytes; tries++)
    await sleep(20);
}

describe('handspring embed', function () {
  this.timeout(120_000);
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

  it('writes a line for each photo of a folder, names what fails, and ends with 3 for it', async () => {
    const { code, lines, stderr } = await run([folder.folder]);
    expect(lines.map(({ file }) => file).sort()).to.deep.equal([`below/${CAT}`, 'coffee-cup.jpg']);
    for (const { vector } of lines) expect(vector).to.have.length(384);
    expect(stderr).to.match(/^broken\.jpg: expected a JPEG/m);
    expect(stderr).to.match(/^below\/empty\.png: expected .* received no bytes/m);
    expect(stderr).to.match(/^2 embedded, 2 failed, 1 passed over \(1 of another kind by name\)$/m);
    expect(code).to.equal(3);
  });

  it('lists what fails in a file if asked, made anew, and ends with 1 where nothing could be embedded', async () => {
    const errors = path.join(folder.folder, 'errors.list');
    const broken = path.join(folder.folder, 'broken.jpg');
    const { code } = await run([broken, path.join(folder.folder, 'below', 'empty.png'), '--errors', errors]);
    const listed = await linesOf(errors);
    expect(listed.map(({ file, code: why }) => [file, why])).to.deep.equal([
      ['broken.jpg', 'invalid_image'],
      ['below/empty.png', 'invalid_image'],
    ]);
    expect(listed[0]?.['error']).to.match(/^broken\.jpg: expected a JPEG/);
    expect(code).to.equal(1);
    const good = await run(['--text', 'a cat', '--errors', errors]);
    expect(good.code).to.equal(0);
    expect(await statIfThere(errors)).to.equal(undefined);
  });

  it('embeds texts that are arguments', async () => {
    const { code, lines } = await run(['--text', 'a cat', '--text', 'a dog, -- "quoted"']);
    expect(lines.map(({ text }) => text)).to.deep.equal(['a cat', 'a dog, -- "quoted"']);
    expect(code).to.equal(0);
  });

  it('embeds the sounds of a folder where their tower is loaded', async () => {
    await writeFile(
      path.join(folder.folder, 'below', 'hiss.wav'),
      wavFile(Buffer.alloc(40_000, 'a sound of noise')),
    );
    const below = path.join(folder.folder, 'below');
    const { lines } = await run([below, '--modalities', 'text,image,audio']);
    expect(lines.map(({ file }) => file).sort()).to.deep.equal([CAT, 'hiss.wav']);
    const without = await run([below]);
    expect(without.lines.map(({ file }) => file)).to.deep.equal([CAT]);
    expect(without.stderr).to.match(/1 passed over/);
    await rm(path.join(below, 'hiss.wav'));
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
    expect(fromFile.lines.map(({ text, line }) => [text, line])).to.deep.equal([
      ['a cat', 1],
      ['', 2],
      ['a dog', 3],
    ]);
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
    const index = await linesOf(`${out}.jsonl`);
    expect(index.map(({ row }) => row)).to.deep.equal([0, 1]);
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
    expect(await ended).to.equal(3);
  });

  it('refuses a line that is longer than what may be asked, and answers the next', async () => {
    const limits = ['--max-image-bytes', '64', '--max-sound-seconds', '1', '--max-text-chars', '10'];
    const { lines, code } = await run(
      ['-', ...limits],
      `{"text": "${'a'.repeat(3_000_000)}"}\n{"text": "a cat"}\n`,
    );
    expect(lines[0]).to.include({ line: 1, code: 'payload_too_large' });
    expect(lines[1]?.vector).to.have.length(384);
    expect(code).to.equal(3);
    const texts = await run(['--texts', '-', ...limits], `${'a'.repeat(41)}\n${'a'.repeat(11)}\na cat\n`);
    expect(texts.stderr).to.match(/^line 1: expected at most 10 characters .*received more than 40 bytes$/m);
    expect(texts.stderr).to.match(/^line 2: .*expected at most 10 characters .*received 11$/m);
    expect(texts.lines.map(({ line }) => line)).to.deep.equal([3]);
  });

  it('ends well where whoever reads it has read enough, while the model computes', async () => {
    const { child, output, ended } = start('--texts', '-');
    child.stdin.on('error', () => undefined);
    child.stdin.end('a text\n'.repeat(5000));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await ended, output.stderr).to.equal(0);
    expect(output.stderr).to.equal('');
  });

  it('prints names of files without what a terminal would obey', async () => {
    const { folder: odd, remove } = await makeFolder({
      'a\u001b[2J\nb.jpg': 'no photo',
      'c\u001b[2J.xyz': '',
    });
    const { stderr } = await run([odd, '--modalities', 'image', '--show-passed']);
    await remove();
    expect(stderr)
      .to.match(/^passed over: c\\u001b\[2J\.xyz$/m)
      .and.match(/^a\\u001b\[2J\\u000ab\.jpg: expected/m);
  });

  it('says that what it writes to is full', async () => {
    const full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, [...MAIN, 'embed', '--text', 'a cat'], {
      stdio: ['ignore', full.fd, 'pipe'],
    });
    let stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    await full.close();
    expect(stderr).to.match(/^handspring: ENOSPC: no space left on device/m);
    expect(code).to.equal(1);
  });

  it('ends at Ctrl-C with 130, and goes on from there with --resume', async () => {
    const out = path.join(folder.folder, 'interrupted.jsonl');
    const texts = path.join(folder.folder, 'many.list');
    await writeFile(texts, Array.from({ length: 1000 }, (_, n) => `text ${n}\n`).join(''));
    const args = ['--texts', texts, '--out', out, '--resume'];
    const { child, output, ended } = start(...args);
    await untilThere(`${out}.part`, 5000);
    child.kill('SIGINT');
    expect(await ended).to.equal(130);
    expect(output.stderr).to.match(/\.part has what is done so far; --resume goes on from there$/m);
    expect(await statIfThere(out)).to.equal(undefined);

    const other = await run([...args, '--long-text', 'error']);
    expect(other.stderr).to.match(
      /--resume: .*\.part: expected one of this run, with longText "error", received one with "truncate"/,
    );
    expect(other.code).to.equal(2);

    const rest = await run(args);
    expect(rest.stderr).to.match(/^[1-9]\d* embedded, 0 failed, [1-9]\d* before$/m);
    expect(rest.code).to.equal(0);
    expect((await linesOf(out)).map(({ line }) => line)).to.deep.equal(FIRST_1000);
    const left = (await readdir(folder.folder)).filter((name) => name.startsWith('interrupted'));
    expect(left).to.deep.equal(['interrupted.jsonl']);

    const again = await run(args);
    expect(again.stderr).to.match(/ is whole; without --resume it is made anew$/m);
    expect(again.code).to.equal(0);
  });

  for (const name of ['changed.jsonl', 'changed.npy'])
    it(`embeds again what has changed since a run began that it goes on with: ${name}`, async () => {
      const photos = path.join(folder.folder, `photos of ${name}`);
      const out = path.join(folder.folder, name);
      for (let n = 0; n < 100; n++) await cp(path.join(SAMPLES, CAT), path.join(photos, `${n + 100}.jpg`));
      const args = [photos, '--modalities', 'image', '--out', out, '--resume'];
      const { child, ended } = start(...args);
      const index = name.endsWith('.npy') ? `${out}.jsonl.part` : `${out}.part`;
      await untilThere(index, name.endsWith('.npy') ? 100 : 20_000);
      child.kill('SIGKILL');
      await ended;
      const [, changed = ''] = /"file":"([^"]+)"/.exec(await readFile(index, 'utf8')) ?? [];
      const photo = path.join(photos, changed);
      const { mtime } = await stat(photo);
      await cp(path.join(SAMPLES, 'coffee-cup.jpg'), photo);
      await utimes(photo, mtime, mtime); // as rsync keeps it

      const { code, stderr } = await run(args);
      expect(stderr).to.match(/^1 done before have changed since, and are embedded again$/m);
      expect(code).to.equal(0);
      const rows = await linesOf(name.endsWith('.npy') ? `${out}.jsonl` : out);
      expect(rows.map(({ file }) => file).sort()).to.deep.equal(
        Array.from({ length: 100 }, (_, n) => `${n + 100}.jpg`),
      );
      const vectorOf = await vectorsOf(out, rows);
      const [first = '', ...others] = rows
        .map(({ file }) => file as string)
        .filter((file) => file !== changed);
      for (const other of others) expect(vectorOf(other)).to.deep.equal(vectorOf(first));
      expect(vectorOf(changed)).to.not.deep.equal(vectorOf(first));
      const left = (await readdir(folder.folder)).filter((file) => file.startsWith(name));
      expect(left).to.have.length(name.endsWith('.npy') ? 2 : 1);
    });

  it('ends at Ctrl-C with 130 while a model is being fetched', async () => {
    let isAsked: () => void;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const silent = createServer(() => isAsked()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const hub = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const model = ['--model', 'openai-vit-b-32', '--hf-endpoint', hub, '--cache-dir', folder.folder];
    const { child, ended } = start('--text', 'a cat', ...model);
    await asked;
    child.kill('SIGINT');
    expect(await ended).to.equal(130);
    silent.closeAllConnections();
    silent.close();
  });

  it('ends at Ctrl-C at once while a tower is being loaded, by the signal, which shells call 130', async () => {
    const { towers } = await loadModelFolder(fixtureFolder('clip'), { modalities: ['text'] });
    const waiting = path.join(folder.folder, 'waiting');
    const env = { ...process.env, WAIT_FOR_FILE: towers['text']!.file, WAITING: waiting };
    const hook = new URL('test/support/wait-in-thread.mjs', ROOT).href;
    const options = ['--text', 'a cat', '--model', fixtureFolder('clip'), '--modalities', 'text'];
    const child = spawn(process.execPath, ['--import', hook, ...MAIN, 'embed', ...options], { env });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await untilThere(waiting, 1);
    child.kill('SIGINT');
    const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    expect(signal, stderr).to.equal('SIGINT');
    expect(stderr).to.equal('interrupted while the model was being loaded; nothing was begun\n');
  });

  it('names a pipe in the place of a file of the model, instead of waiting for it', async () => {
    for (const name of ['tokenizer.json', 'config.json', 'onnx/text_model.onnx']) {
      const model = path.join(folder.folder, `pipe for ${path.basename(name)}`);
      await cp(fixtureFolder('clip'), model, { recursive: true });
      await rm(path.join(model, name));
      execFileSync('mkfifo', [path.join(model, name)]);
      const { code, stderr } = await run(['--text', 'a cat', '--model', model, '--modalities', 'text']);
      expect(stderr).to.equal(
        `handspring: ${path.join(model, name)}: expected a file, received a folder, a pipe or a device\n`,
      );
      expect(code).to.equal(1);
    }
  });

  it('says how it is used where it is told nothing, or too much', async () => {
    for (const args of [
      [],
      ['-', SAMPLES],
      [SAMPLES, '--texts', '-'],
      ['--texts', '-', '--shard', '1/2'],
      ['--out', 'vectors.csv', SAMPLES],
      ['-', '--out', 'vectors.npy'],
      ['--resume', SAMPLES],
      ['--resume', '--text', 'a cat', '--out', 'v.jsonl'],
      ['--texts', '/nowhere'],
      ['--texts', SAMPLES],
    ]) {
      const { code, stderr } = await run(args);
      expect(code, args.join(' ')).to.equal(2);
      expect(stderr).to.match(
        /expected (files and folders, or --text TEXT|files and folders to share|a file whose name ends in \.jsonl, \.npy or|none with -|--out FILE|files and folders or --texts|a file that can be read)/,
      );
    }
  });
});
