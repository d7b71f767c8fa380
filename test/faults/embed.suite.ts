import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, link, mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { statIfThere } from '../../src/core/optional-file.js';
import { ROOT, runArguments } from '../../src/core/own-module.js';
import { makeFolder } from '../support/folder.js';
import { readProcessFacts } from '../support/process-facts.js';
import { seededRandom } from '../support/random.js';

const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));
const PHOTO = fileURLToPath(new URL('samples/coffee-cup.jpg', ROOT));
const LINES = 2000;
const PHOTOS = 120;
const KILLS = 3;
/** What the memory of a run may rise by from its first half to its second, however many items there are. */
const RISE = 32 * 2 ** 20;

interface Row {
  /** Path or line. */
  readonly of: unknown;
  readonly vector: readonly number[];
}

/** The rows of a file, however it is written. */
async function rowsOf(file: string): Promise<Row[]> {
  const parse = async (lines: string) =>
    (await readFile(lines, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const name = ({ file: photo, line }: Record<string, unknown>) => photo ?? Number(line);
  if (file.endsWith('.jsonl'))
    return (await parse(file)).map((row) => ({ of: name(row), vector: row['vector'] as number[] }));
  if (file.endsWith('.parquet')) {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    return rows.map((row) => ({ of: name(row), vector: row['vector'] as number[] }));
  }
  const numbers = new Float32Array(new Uint8Array((await readFile(file)).subarray(128)).buffer);
  const index = await parse(`${file}.jsonl`);
  const length = numbers.length / index.length;
  return index.map((row, at) => ({
    of: name(row),
    vector: Array.from(numbers.subarray(at * length, (at + 1) * length)),
  }));
}

const start = (...args: string[]) =>
  spawn(process.execPath, [...MAIN, 'embed', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });

/** Waits for the end; with what was printed, where it is not the one expected. */
async function endOf(child: ChildProcess, expected: number): Promise<void> {
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-2000)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, printed).to.equal(expected);
}

describe('handspring embed', () => {
  let made: Awaited<ReturnType<typeof makeFolder>>;
  let texts: string;
  before(async () => {
    made = await makeFolder({
      'texts.list': Array.from({ length: LINES }, (_, n) => `text ${n + 1}\n`).join(''),
    });
    texts = path.join(made.folder, 'texts.list');
    await linkPhotos(path.join(made.folder, 'photos'), PHOTO, PHOTOS);
  });
  after(() => made.remove());

  /** So many photos in folders of a thousand, all of them one file. */
  async function linkPhotos(folder: string, photo: string, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const below = path.join(folder, String(Math.floor(n / 1000)));
      if (n % 1000 === 0) await mkdir(below, { recursive: true });
      if (n === 0) await cp(photo, path.join(below, '0.jpg'));
      else await link(path.join(folder, '0', '0.jpg'), path.join(below, `${n}.jpg`));
    }
  }

  const cases = [
    ['lines, .jsonl', () => ['--texts', texts], 'killed.jsonl'],
    ['lines, .npy', () => ['--texts', texts], 'killed.npy'],
    ['lines, .parquet', () => ['--texts', texts], 'killed.parquet'],
    ['photos, .npy', () => [path.join(made.folder, 'photos')], 'killed-photos.npy'],
  ] as const;

  for (const [title, asked, name] of cases)
    it(`killed again and again goes on with each there once: ${title}`, async () => {
      const out = path.join(made.folder, name);
      const args = [...asked(), '--out', out, '--resume'];
      const random = seededRandom(7);
      const size = async () => (await statIfThere(`${out}.part`))?.size ?? 0;
      for (let kills = 0; kills < KILLS; kills++) {
        const before = await size();
        const child = start(...args);
        const ended = once(child, 'close');
        const until = before + 1 + Math.floor(random() * 200_000);
        while (child.exitCode === null && (await size()) < until) await sleep(2);
        child.kill('SIGKILL');
        await ended;
      }
      await endOf(start(...args), 0);
      const straight = path.join(made.folder, `straight-${name}`);
      await endOf(start(...asked(), '--out', straight), 0);
      const [rows, expected] = [await rowsOf(out), await rowsOf(straight)];
      expect(rows.map(({ of }) => of)).to.deep.equal(expected.map(({ of }) => of));
      expect(rows).to.have.length(title.startsWith('lines') ? LINES : PHOTOS);
      rows.forEach(({ vector }, at) =>
        vector.forEach((x, i) => expect(x).to.be.closeTo(expected[at]!.vector[i]!, 1e-5)),
      );
      const left = (await readdir(made.folder)).filter((file) => file.startsWith(name));
      expect(left).to.deep.equal(name.endsWith('.npy') ? [name, `${name}.jsonl`] : [name]);
    });

  /** The most memory of each half of a run, from its first row on; and how it ended. */
  async function memoryOf(args: readonly string[], growing: string, code: number): Promise<number[]> {
    const child = start(...args);
    const ended = endOf(child, code);
    const samples: number[] = [];
    while (child.exitCode === null && child.signalCode === null) {
      const facts = await readProcessFacts(child.pid!).catch(() => undefined);
      const isAlive = facts !== undefined && !Number.isNaN(facts.memoryBytes); // one that has just ended has no memory to tell
      if (isAlive && ((await statIfThere(growing))?.size ?? 0) > 0) samples.push(facts.memoryBytes);
      await sleep(100);
    }
    await ended;
    const half = Math.ceil(samples.length / 2);
    return [Math.max(...samples.slice(0, half)), Math.max(...samples.slice(half))];
  }

  function expectFlat([first = NaN, second = NaN]: number[]): void {
    console.log(`        most: ${(first / 2 ** 20).toFixed(0)}, then ${(second / 2 ** 20).toFixed(0)} MiB`);
    expect(second - first).to.be.lessThan(RISE);
  }

  it('takes no more memory for more photos', async function () {
    if (process.platform !== 'linux') return this.skip();
    const count = Number(process.env['EMBED_PHOTOS'] ?? 3000);
    const folder = path.join(made.folder, 'many');
    const small = path.join(made.folder, 'small.jpg');
    await sharp(PHOTO).resize(96).jpeg().toFile(small);
    await linkPhotos(folder, small, count);
    const out = path.join(made.folder, 'many.npy');
    expectFlat(await memoryOf([folder, '--out', out], `${out}.part`, 0));
    expect((await rowsOf(out)).length).to.equal(count);
  });

  it('takes no more memory for more lines, of which each fails', async function () {
    if (process.platform !== 'linux') return this.skip();
    const count = Number(process.env['EMBED_LINES'] ?? 200_000);
    const list = path.join(made.folder, 'million.list');
    const errors = path.join(made.folder, 'errors.jsonl');
    async function* lines() {
      for (let n = 0; n < count; n++) yield await Promise.resolve(`a text that is longer ${n}\n`);
    }
    await pipeline(lines, createWriteStream(list));
    const args = ['--texts', list, '--errors', errors, '--max-text-chars', '8'];
    expectFlat(await memoryOf(args, errors, 1));
    expect((await readFile(errors, 'utf8')).trimEnd().split('\n')).to.have.length(count);
  });
});
