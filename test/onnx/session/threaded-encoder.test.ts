import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ownModule, runArguments } from '../../../src/core/own-module.js';
import { ThreadedEncoder } from '../../../src/onnx/session/threaded-encoder.js';
import type { EncoderSpec } from '../../../src/onnx/session/encoder-spec.js';
import { HandspringError } from '../../../src/core/errors.js';

const FAKE_THREAD = ownModule(new URL('../../support/fake-encoder-thread.js', import.meta.url));
const spec = (file = ''): EncoderSpec => ({
  name: 'image',
  file,
  threads: 1,
  normalize: false,
  outputs: [],
  input: { kind: 'dense', shape: [1] },
  sample: row(0),
});
const row = (first: number) => Float32Array.of(first);

describe('threaded encoder', () => {
  const deaths: string[] = [];
  let encoder: ThreadedEncoder;

  beforeEach(async () => {
    deaths.length = 0;
    ({ encoder } = await ThreadedEncoder.start(
      spec(),
      { onDeath: ({ message }) => deaths.push(message) },
      FAKE_THREAD,
    ));
  });
  afterEach(() => encoder.close());

  const failureOf = async (first: number) => {
    const error = await encoder.encode([row(first)]).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(HandspringError);
    return error as HandspringError;
  };
  const encode = async (...firsts: number[]) =>
    (await encoder.encode(firsts.map(row))).vectors.map((vector) => vector?.[0]);

  it('tells what the thread found in the file', async () => {
    const { encoder: other, facts } = await ThreadedEncoder.start(spec(), {}, FAKE_THREAD);
    expect(facts).to.deep.equal({ name: 'image', dimensions: 1, loadMs: 1, warmUpMs: 1, rowMs: 1 });
    await other.close();
  });

  it('gives vectors in the order of the rows, and takes the rows away', async () => {
    const rows = [row(1), row(2)];
    const { vectors } = await encoder.encode(rows);
    expect(vectors.map((vector) => vector?.[0])).to.deep.equal([2, 4]);
    expect(rows.map(({ length }) => length)).to.deep.equal([0, 0]);
  });

  it('keeps the process until it is closed, also if the batch under way ends first', async () => {
    const program = runArguments(new URL('../../support/close-while-encoding.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, program);
    expect(stdout).to.equal('closed');
  });

  it('fails the batch of a thread that ends, and serves the next from a new thread', async () => {
    const error = await failureOf(-1);
    expect(error.code).to.equal('encoder_failed');
    expect(error.message).to.equal('the image tower failed; try again');
    expect(await encode(5)).to.deep.equal([10]);
    expect(deaths).to.deep.equal(['the thread of the image tower ended with code 3']);
  });

  it('does the same for a thread that throws, and keeps what it threw as the cause', async () => {
    const error = await failureOf(-2);
    expect(error.cause).to.have.property('message', 'out of memory');
    expect(await encode(6)).to.deep.equal([12]);
  });

  it('keeps the thread when only the batch failed', async () => {
    const error = await failureOf(-3);
    expect(error.cause).to.have.property('message', 'bad shape');
    expect(deaths).to.be.empty;
    expect(await encode(7)).to.deep.equal([14]);
  });

  it('survives one death after another', async () => {
    for (let death = 0; death < 3; death++) await failureOf(-1);
    expect(await encode(8)).to.deep.equal([16]);
    expect(deaths).to.have.length(3);
  });

  it('refuses a second batch at the same time: that is a bug of the caller', async () => {
    const first = encode(1);
    const error = await encoder.encode([row(2)]).catch((caught: Error) => caught);
    expect(error).to.have.property('message', 'one batch at a time: the one before is not done');
    expect(await first).to.deep.equal([2]);
  });

  it('fails the start, and does not try again, when the model cannot be loaded', async () => {
    const error = await ThreadedEncoder.start(spec('cannot-load'), {}, FAKE_THREAD).catch(
      (caught: Error) => caught,
    );
    expect(error).to.have.property('message', 'no such model');
  });

  it('answers not_ready to the batch under way, too, if that goes with the thread', async () => {
    const failure = failureOf(-4);
    await encoder.close();
    expect((await failure).code).to.equal('not_ready');
    expect(deaths).to.be.empty;
  });

  it('answers not_ready to the batch that waits for a new thread, too', async () => {
    await failureOf(-1);
    const failure = failureOf(1);
    await encoder.close();
    expect((await failure).code).to.equal('not_ready');
    expect(deaths).to.have.length(1);
  });

  it('refuses a second batch while the first waits for a new thread', async () => {
    await failureOf(-1);
    const first = encode(1);
    const error = await encoder.encode([row(2)]).catch((caught: Error) => caught);
    expect(error).to.have.property('message', 'one batch at a time: the one before is not done');
    expect(await first).to.deep.equal([2]);
  });

  it('can be closed twice at once', async () => {
    await Promise.all([encoder.close(), encoder.close()]);
  });

  it('answers not_ready once it is closed', async () => {
    await encoder.close();
    expect(await failureOf(1)).to.have.property('code', 'not_ready');
  });
});
