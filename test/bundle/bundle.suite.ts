import { cp, readFile, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { VERSION } from '../../src/core/version.js';
import { searchPageUrl } from '../browser/demo-process.js';
import { readPage } from '../docs/pages.js';
import { makeMedia } from '../support/ffmpeg.js';
import { StandInHub } from '../support/hub.js';
import type { StandInFile } from '../support/hub.js';
import { readMetric } from '../support/metric.js';
import { vectorize } from '../support/vectorize.js';
import { BUNDLE, EmptyRoot } from './empty-root.js';

const LARGEST_BYTES = 190e6;
const PUT = /^handspring: put (\d+) of its files into \/cache\/program\/[\d.]+-[0-9a-f]{16} in [\d.]+ s\n/;
/** Of the starter's vector of Chelsea the cat, as any other build answers. */
const SAMPLE = 'samples/chelsea-the-cat.jpg';

/** What makes two seconds of film of a photo. */
const FILM_OF = ['-loop', '1', '-t', '2', '-r', '5', '-i'];
const AS_MP4 = ['-vf', 'scale=320:240', '-pix_fmt', 'yuv420p', '-f', 'mp4'];

const READY = (line: string) => /"url":"(http:[^"]+)".*"msg":"ready/.exec(line)?.[1];
const putBy = ({ stderr }: { stderr: string }) => Number(PUT.exec(stderr)?.[1] ?? 0);
const readOwn = (name: string) => readFile(new URL(name, ROOT));

describe('the one file, in a root with nothing but the C library and without a network', function () {
  this.timeout(180_000);
  let root: EmptyRoot;
  /** Where the file has put the program, relative to the root. */
  let program: string;

  before(async () => {
    root = await EmptyRoot.open();
  });
  after(() => root.close());

  it('is as large as the docs say', async () => {
    const { size } = await stat(BUNDLE);
    const said = process.arch === 'arm64' ? /for arm64 \((\d+) MB\)/ : /for x64 \((\d+) MB/;
    const [, megabytes] = said.exec(readPage('docs/operating.md')) ?? [];
    const [, inShort] = /one file of (\d+) MB/.exec(readPage('README.md')) ?? [];
    if (process.arch === 'x64') expect(inShort).to.equal(megabytes);
    expect(size).to.be.lessThan(LARGEST_BYTES);
    expect(size / 1e6).to.be.closeTo(Number(megabytes), 1);
  });

  it('is started twice at once, the first time, and both run', async () => {
    const both = await Promise.all([root.handspring(['--version']), root.handspring(['--version'])]);
    expect(both.map(({ code, stdout, stderr }) => (code === 0 ? stdout : stderr))).to.deep.equal([
      `${VERSION}\n`,
      `${VERSION}\n`,
    ]);
    expect(both.map(putBy).reduce((sum, count) => sum + count)).to.be.greaterThan(1000);
    const [name = '', ...others] = await readdir(root.path('cache/program'));
    expect(others).to.deep.equal([]);
    program = path.join('cache/program', name);
    expect((await readdir(root.path(program))).filter((file) => file.startsWith('.'))).to.deep.equal([]);
  });

  it('puts nothing the second time', async () => {
    expect(await root.handspring(['--version'])).to.deep.include({
      code: 0,
      stdout: `${VERSION}\n`,
      stderr: '',
    });
  });

  it('removes what older versions have left and nothing runs from, and no more', async () => {
    const [unused, used] = ['0.0.1-0123456789abcdef', '0.0.2-0123456789abcdef'];
    for (const name of [unused, used])
      await cp(root.path(program), root.path(`cache/program/${name}`), { recursive: true });
    const longAgo = new Date('2024-01-01');
    await utimes(root.path(`cache/program/${unused}`), longAgo, longAgo);
    const { code, stderr } = await root.handspring(['--version']);
    expect([code, stderr]).to.deep.equal([
      0,
      `handspring: removed ${unused} beside it, which nothing has used for a week\n`,
    ]);
    expect(await readdir(root.path('cache/program'))).to.have.members([path.basename(program), used]);
    await rm(root.path(`cache/program/${used}`), { recursive: true });
  });

  it('mends what is damaged of what it has put', async () => {
    const main = root.path(`${program}/dist/src/cli/main.js`);
    const [library = ''] = (await readdir(root.path(program), { recursive: true })).filter((file) =>
      /libonnxruntime\.so/.test(file),
    );
    const before = await readFile(root.path(`${program}/${library}`));
    await writeFile(
      root.path(`${program}/${library}`),
      Buffer.from(before).fill(0, 1000, 1001 + before.length / 2),
    );
    await truncate(main, 10);
    await rm(root.path(`${program}/package.json`));
    const started = await root.handspring(['--version']);
    expect(putBy(started)).to.equal(3);
    expect(started.stdout).to.equal(`${VERSION}\n`);
    expect(before.equals(await readFile(root.path(`${program}/${library}`)))).to.equal(true);
  });

  it('finds a photo: demo', async () => {
    const demo = root.start(['demo', '--port', '0']);
    try {
      const [url] = await Promise.all([
        demo.waitForLine(searchPageUrl),
        demo.waitForLine((line) => line.includes(' indexed') || undefined),
      ]);
      expect(await (await fetch(url)).text()).to.include('<title>');
      const answer = await fetch(new URL('/search/query?q=a+cat', url));
      expect(answer.status, await answer.clone().text()).to.equal(200);
      expect(JSON.stringify(await answer.json()).slice(0, 2000)).to.include('cat');
    } finally {
      await demo.stop('SIGKILL');
    }
  });

  it('answers /vectorize, and ends well when it is told to: serve', async () => {
    const service = root.start(['serve', '--port', '0', '--host', '127.0.0.1']);
    const url = await service.waitForLine(READY);
    const body = { texts: ['a cat'], images: [(await readOwn(SAMPLE)).toString('base64')] };
    const asked = fetch(new URL('/vectorize', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await (await asked).json()) as { textVectors: number[][]; imageVectors: number[][] };
    expect([answer.textVectors, answer.imageVectors].map(([vector]) => vector?.length)).to.deep.equal([
      384, 384,
    ]);
    await service.stop('SIGTERM');
    expect(await service.exited).to.equal(0);
  });

  it('answers what it has admitted when it is told to end: serve', async () => {
    const service = root.start(['serve', '--port', '0', '--host', '127.0.0.1']);
    const url = await service.waitForLine(READY);
    const images = Array<Buffer>(24).fill(await readOwn(SAMPLE));
    const asked = vectorize(url, { images });
    while ((await readMetric(url, 'handspring_items_admitted')) !== images.length) await sleep(5);
    await service.stop('SIGTERM');
    const { status, imageVectors } = await asked;
    expect([status, imageVectors.length, await service.exited]).to.deep.equal([200, images.length, 0]);
  });

  it('reads a film by the ffmpeg that it is told of, which is not in it', async () => {
    const ffmpeg = await root.add('ffmpeg');
    await writeFile(
      root.path('cat.mp4'),
      makeMedia([...FILM_OF, fileURLToPath(new URL(SAMPLE, ROOT)), ...AS_MP4]),
    );
    const asked = ['embed', '--modalities', 'image,text,video', '/cat.mp4'];
    const without = await root.handspring(asked);
    expect([without.code, without.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code !== 0 && /ffmpeg/.test(said),
    );
    const { code, stdout, stderr } = await root.handspring([...asked, '--ffmpeg', ffmpeg]);
    expect(code, stderr).to.equal(0);
    expect((JSON.parse(stdout) as { vector: number[] }).vector).to.have.length(384);
  });

  it('writes a line for each photo and sound, by int8 too, which it makes in processes of its own: embed', async () => {
    await writeFile(root.path('cat.jpg'), await readOwn(SAMPLE));
    await writeFile(root.path('birds.ogg'), await readOwn('samples/birdsong.ogg'));
    const plain = await root.handspring([
      'embed',
      '--modalities',
      'image,text,audio',
      '/cat.jpg',
      '/birds.ogg',
    ]);
    const small = await root.handspring(['embed', '--precision', 'int8', '/cat.jpg']);
    const rows = [plain, small].map(({ stdout, stderr, code }) => {
      expect(code, stderr).to.equal(0);
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { file: string; vector: number[] });
    });
    expect(rows.map((lines) => lines.map(({ file }) => file))).to.deep.equal([
      ['cat.jpg', 'birds.ogg'],
      ['cat.jpg'],
    ]);
    const [a = [], b = []] = [rows[0]?.[0]?.vector, rows[1]?.[0]?.vector];
    const cosine = a.reduce((sum, value, index) => sum + value * (b[index] ?? NaN), 0);
    expect(cosine).to.be.within(0.97, 0.99999);
  });

  it('fetches a model: models pull', async () => {
    const names = [
      'config.json',
      'preprocessor_config.json',
      'tokenizer.json',
      'onnx/vision_model.onnx',
      'onnx/text_model.onnx',
    ];
    const files: Record<string, StandInFile> = {};
    for (const name of names)
      files[name] = { content: await readOwn(`models/starter/${name}`), lfs: name.endsWith('.onnx') };
    const hub = await new StandInHub('someone/model', files).start();
    try {
      const env = { CACHE_DIR: '/cache', HF_ENDPOINT: hub.endpoint };
      const { code, stdout, stderr } = await root.handspring(['models', 'pull', 'someone/model@main'], env);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.equal('/cache/models/someone--model@main\n');
    } finally {
      await hub.stop();
    }
  });

  it('finds nothing amiss: doctor', async () => {
    const { code, stdout, stderr } = await root.handspring(['doctor', '--port', '0']);
    expect(code, stdout + stderr).to.equal(0);
  });

  it('says which folder it needs where it can write none', async () => {
    const { code, stderr } = await root.handspring(['--version'], { CACHE_DIR: '/handspring/nowhere' });
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^CACHE_DIR: expected a folder that the program can be written into, received .*; see who may write there, or set CACHE_DIR to another folder\n$/,
    );
  });

  it('takes the folder of the command line, which the program does too', async () => {
    const { code, stderr } = await root.handspring(['embed', '--cache-dir=/other', '/cat.jpg'], {});
    expect(code, stderr).to.equal(0);
    expect(await readdir(root.path('.'))).to.not.include('.cache');
    expect(await readdir(root.path('other'))).to.include('program');
  });
});
