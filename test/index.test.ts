import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ROOT, ownModule } from '../src/core/own-module.js';
import { HandspringError, open, similarity, topK } from '../src/index.js';
import type { Contents, Input, Model } from '../src/index.js';
import { OPTIONS, loadConfig } from '../src/cli/options/config.js';
import { ENGINE_DEFAULTS } from '../src/open/engine-defaults.js';
import { TOWER_KINDS } from '../src/towers/registry.js';
import { fixtureFolder, readPixelFile, readReference } from './support/model-fixture.js';

const CLIP = fixtureFolder('clip');
/** As messages name them. */
const NAMES = TOWER_KINDS.map(({ modality }) => modality).join(', ');
const PHOTO = fileURLToPath(new URL('samples/', ROOT));

describe('the library', () => {
  let model: Model;
  before(async () => {
    model = await open(CLIP, { threads: 1, normalize: 'off' });
  });
  after(() => model.close());

  const failureOf = (inputs: readonly unknown[], options = {}) =>
    model.embed(inputs as Input[], options).then(
      () => expect.fail('it was answered'),
      (error: unknown) => error,
    );

  it('has a type for what each modality is embedded from', () => {
    const bytes = new Uint8Array();
    const contents: Contents = {
      image: bytes,
      text: '',
      audio: bytes,
      video: bytes,
      depth: bytes,
      thermal: bytes,
      imu: bytes,
    };
    expect(Object.keys(contents)).to.have.members(TOWER_KINDS.map(({ modality }) => modality));
  });

  it("gives the reference's vectors, in the order of its inputs", async () => {
    const { texts, images } = readReference('clip/reference.json');
    const [text] = Object.keys(texts);
    const [image] = Object.keys(images);
    const inputs = [{ image: readPixelFile(image!) }, { text: text! }, { image: readPixelFile(image!) }];
    const [first, second, third] = await model.embed(inputs);
    expect(similarity(first!, images[image!]!)).to.be.greaterThan(0.999999);
    expect(similarity(second!, texts[text!]!)).to.be.greaterThan(0.999999);
    expect(third).to.deep.equal(first);
  });

  it('takes bytes, a Blob, a stream, chunks and a file: URL, all alike', async () => {
    const bytes = await readFile(path.join(PHOTO, 'chelsea.jpg')).catch(() =>
      readPixelFile('jpeg-exif-6.jpg'),
    );
    const blob = new Blob([Uint8Array.from(bytes)]);
    const chunks = async function* () {
      yield await Promise.resolve(bytes.subarray(0, 100));
      yield bytes.subarray(100);
    };
    const file = path.join(fixtureFolder('..'), 'pixels', 'jpeg-exif-6.jpg');
    const [expected, ...others] = await model.embed([
      { image: bytes },
      { image: Uint8Array.from(bytes).buffer },
      { image: blob },
      { image: blob.stream() },
      { image: chunks() },
    ]);
    for (const vector of others) expect(vector).to.deep.equal(expected);
    const [ofUrl, ofBytes] = await model.embed([
      { image: pathToFileURL(file) },
      { image: readPixelFile('jpeg-exif-6.jpg') },
    ]);
    expect(ofUrl).to.deep.equal(ofBytes);
  });

  const good = { text: 'a cat' };
  const WRONG: readonly (readonly [what: string, input: unknown, code: string, message: string])[] = [
    [
      'a string',
      'a cat',
      'invalid_request',
      `[1]: expected an object with one of ${NAMES}, received a string`,
    ],
    [
      'no key',
      {},
      'invalid_request',
      `[1]: expected an object with one of ${NAMES}, received one with no key`,
    ],
    [
      'another key',
      { smell: 'x' },
      'invalid_request',
      `[1]: expected an object with one of ${NAMES}, received one with smell`,
    ],
    [
      'two keys',
      { text: 'a', image: 'b' },
      'invalid_request',
      `[1]: expected an object with one of ${NAMES}, received image and text`,
    ],
    [
      'a path',
      { image: 'cat.jpg' },
      'invalid_request',
      'image[1]: expected the bytes of an image, received a string',
    ],
    [
      'a web address',
      { image: new URL('https://example.org/') },
      'invalid_request',
      'image[1]: expected a file: URL, received one of https:',
    ],
    [
      'a missing file',
      { image: new URL('file:///nowhere.jpg') },
      'invalid_request',
      'image[1]: expected a file that can be read, the system answered ENOENT',
    ],
    [
      'a device',
      { image: new URL('file:///dev/zero') },
      'invalid_request',
      'image[1]: expected a file, received a folder, a pipe or a device',
    ],
    ['no image', { image: Buffer.from('hello') }, 'invalid_image', 'image[1]: expected a JPEG'],
    [
      'bytes for a text',
      { text: Buffer.from('hello') },
      'invalid_request',
      'text[1]: expected a text, received bytes',
    ],
    [
      'a number',
      { text: 5 },
      'invalid_request',
      'text[1]: expected a string, bytes, a Blob, a stream or a file: URL, received a number',
    ],
  ];
  for (const [what, input, code, message] of WRONG) {
    it(`refuses ${what} by its index`, async () => {
      const error = await failureOf([good, input]);
      expect(error).to.be.instanceOf(HandspringError);
      expect(error).to.include({ code, index: 1 });
      expect((error as Error).message).to.satisfy((text: string) => text.startsWith(message));
    });
  }

  it('refuses a stream that fails by its index, with its error as the cause', async () => {
    const broken = new Error('no such drawer');
    const stream = async function* () {
      yield await Promise.reject<Uint8Array>(broken);
    };
    const error = await failureOf([good, { image: stream() }]);
    expect(error).to.be.instanceOf(HandspringError);
    expect(error).to.include({ code: 'invalid_request', index: 1, cause: broken });
    expect((error as Error).message).to.equal(
      'image[1]: expected a stream that can be read, it ended with no such drawer',
    );
  });

  it('refuses what it has no tower for by its index', async () => {
    const error = await failureOf([good, { audio: Buffer.from('RIFF') }]);
    expect(error).to.include({ code: 'invalid_request', index: 1 });
    expect((error as Error).message).to.match(/^audio\[1\]: expected image or text, whose towers are loaded/);
  });

  it('embeds more in one call than a server would admit', async () => {
    const inputs = Array.from({ length: 600 }, (_, at) => ({ text: `photo ${at % 5}` }));
    expect(await model.embed(inputs)).to.have.length(600);
  });

  it('gives up with the reason of the signal', async () => {
    const gone = new AbortController();
    const reason = new Error('not wanted any more');
    const failing = failureOf([good], { signal: gone.signal });
    gone.abort(reason);
    expect(await failing).to.equal(reason);
    expect(await failureOf([good], { signal: gone.signal })).to.equal(reason);
  });

  it('tells what the model is', () => {
    const { name, dimensions, normalised, towers, limits } = model.facts;
    expect({ name, dimensions, normalised }).to.deep.equal({
      name: 'clip',
      dimensions: 16,
      normalised: false,
    });
    expect(towers.image).to.deep.equal({ precision: 'fp32', int8: undefined, optimized: false });
    expect(limits.maxTextChars).to.equal(100_000);
  });

  it('ends what it was asked for before it was closed', async () => {
    const closing = await open(CLIP, { modalities: ['text'], threads: 1 });
    const asked = closing.embed([good]);
    await closing.close();
    expect(await asked).to.have.length(1);
  });

  for (const [options, message] of [
    [null, 'options: expected an object such as { modalities: ["text"] }, received null'],
    [{ modality: 'text' }, /^options: expected some of modalities, .*, received "modality"$/],
    [{ modalities: 'text' }, /^modalities: expected a list of some of image, text, .*, received "text"$/],
    [{ modalities: [] }, /^modalities: expected a list of some of .*, received \[\]$/],
    [{ modalities: ['texts'] }, /^modalities: expected a list of some of .*, received \["texts"\]$/],
    [{ precision: 'int4' }, 'precision: expected "fp32" or "fp16" or "int8", received "int4"'],
    [{ threads: -1 }, 'threads: expected a whole number from 1 on, or "auto", received -1'],
    [{ threads: '2' }, 'threads: expected a whole number from 1 on, or "auto", received "2"'],
    [{ offline: 'yes' }, 'offline: expected true or false, received "yes"'],
    [{ signal: {} }, 'signal: expected an AbortSignal, received an object'],
    [{ onProgress: 7 }, 'onProgress: expected a function, received 7'],
    [{ logger: {} }, /^logger: expected an object with info and error/],
  ] as const) {
    it(`is not opened with ${JSON.stringify(options)}`, async () => {
      const error = await open(CLIP, options as object).then(
        () => expect.fail('it was opened'),
        (thrown: unknown) => thrown as HandspringError,
      );
      expect(error.code).to.equal('invalid_request');
      if (typeof message === 'string') expect(error.message).to.equal(message);
      else expect(error.message).to.match(message);
    });
  }

  it('is not opened by what is no name', async () => {
    const error = await open(7 as unknown as string).catch((thrown: unknown) => thrown);
    expect(error).to.include({
      code: 'invalid_request',
      message: 'expected the name of a model, received a number',
    });
  });

  it('answers nothing after it is closed, and may be closed twice', async () => {
    const closed = await open(CLIP, { modalities: ['text'], threads: 1 });
    await closed.close();
    await closed[Symbol.asyncDispose]();
    const error = await closed.embed([good]).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'not_ready', message: 'the model is closed' });
  });

  it('says why a model cannot be opened, with what led to it', async () => {
    const failures = ['nosuch', '/nowhere', fixtureFolder('..')].map((reference) =>
      open(reference).then(
        () => expect.fail('it was opened'),
        (error: unknown) => error as HandspringError,
      ),
    );
    for (const error of await Promise.all(failures)) {
      expect(error).to.be.instanceOf(HandspringError).and.have.property('code', 'model_unavailable');
      expect(error.cause).to.be.instanceOf(Error);
    }
    const stopped = open(CLIP, { signal: AbortSignal.abort(new Error('no')) });
    expect(await stopped.catch((error: unknown) => error)).to.have.property('message', 'no');
  });

  it('has the defaults of the command line', () => {
    const config = loadConfig('serve', { flags: {}, env: {} });
    const options = Object.keys(ENGINE_DEFAULTS) as (keyof typeof ENGINE_DEFAULTS)[];
    expect(OPTIONS).to.include.keys(options);
    expect(Object.fromEntries(options.map((name) => [name, config[name]]))).to.deep.equal(ENGINE_DEFAULTS);
  });

  it('is silent, and lets a program end that forgets to close it', async () => {
    const library = ownModule(new URL('../src/index.js', import.meta.url)).href;
    const program = `
      import { open } from ${JSON.stringify(library)};
      const model = await open(${JSON.stringify(CLIP)}, { threads: 1 });
      await model.embed([{ text: 'a cat' }]);
      process.on('exit', () => process.stdout.write('done'));`;
    const args = [...process.execArgv, '--input-type=module', '--eval', program];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    expect({ stdout, stderr }).to.deep.equal({ stdout: 'done', stderr: '' });
  });
});

describe('the ranking of vectors', () => {
  const [right, up, both] = [Float32Array.of(2, 0), Float32Array.of(0, 1), Float32Array.of(1, 1)];

  it('takes the cosine, whatever their lengths', () => {
    expect(similarity(right, right)).to.be.closeTo(1, 1e-12);
    expect(similarity(right, up)).to.equal(0);
    expect(similarity(right, both)).to.be.closeTo(Math.SQRT1_2, 1e-12);
  });

  it('gives the best first, and no more than there are', () => {
    expect(topK(right, [up, both, right], 2).map(({ index }) => index)).to.deep.equal([2, 1]);
    expect(topK(right, [up], 5).map(({ index }) => index)).to.deep.equal([0]);
    for (const compare of [() => similarity(right, [1, 0, 0]), () => topK(right, [up, [1]], 2)])
      expect(compare).to.throw(
        HandspringError,
        /^expected vectors of one length, received 2 and [31] numbers$/,
      );
  });
});
