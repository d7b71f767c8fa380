import { expect } from 'chai';
import { Base64Vector, toJson } from '../../../src/serve/contracts/json-answer.js';
import { seededRandom } from '../../support/random.js';

/** The shortest decimal by trying every precision: slow, and right by construction. */
function shortestByTrial(x: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return JSON.stringify(short);
  }
  return JSON.stringify(Number(x.toPrecision(9)));
}

function everyKindOfFloat(count: number): Float32Array {
  const random = seededRandom(12345);
  const bits = Uint32Array.from({ length: count }, () => random() * 2 ** 32);
  return new Float32Array(bits.buffer).filter(Number.isFinite);
}

async function write(answer: object): Promise<string> {
  const json = await toJson(answer);
  return typeof json === 'string' ? json : Buffer.concat(json).toString('latin1');
}

async function print(vector: Float32Array): Promise<string[]> {
  const json = await write({ textVectors: [vector], imageVectors: [] });
  const [, list = ''] = /^\{"textVectors":\[\[(.*)\]\],"imageVectors":\[\]\}$/.exec(json) ?? [];
  return list.split(',');
}

describe('the JSON of an answer', () => {
  it('is that of JSON.stringify, with a list of numbers for each vector', async () => {
    const [one, other] = [Float32Array.of(0.5, -1), Float32Array.of()];
    const around = {
      object: 'list',
      empty: {},
      none: null,
      left: undefined,
      yes: true,
      'a "key"': [1, [], ['x']],
    };
    expect(await write({ ...around, one, data: [{ index: 0, other }] })).to.equal(
      JSON.stringify({ ...around, one: Array.from(one), data: [{ index: 0, other: [] }] }),
    );
  });

  it('is ASCII, whatever a text holds', async () => {
    const texts = ['ein Bär', '\u{1F600}', '\ud800', 'a\n"b"\\', '\x7f\x00'];
    const json = await write({ texts });
    expect(json).to.match(/^[\0-\x7f]*$/);
    expect(JSON.parse(json)).to.deep.equal({ texts });
  });

  it('has vectors in base64 where they are wanted so: float32, little-endian, padded', async () => {
    const vector = new Float32Array([9, 1, -0.5, 0.1, 9]).subarray(1, 4);
    const { v } = JSON.parse(await write({ v: new Base64Vector(vector) })) as { v: string };
    expect(v).to.equal('AACAPwAAAL/NzMw9');
    const bytes = new DataView(Uint8Array.from(Buffer.from(v, 'base64')).buffer);
    expect([0, 4, 8].map((at) => bytes.getFloat32(at, true))).to.deep.equal(Array.from(vector));
  });

  it('is the same in pieces, wherever they end', async () => {
    for (let length = 65_500; length < 65_560; length++) {
      const answer = {
        text: 'x'.repeat(length),
        vectors: [Float32Array.of(0.25), 'y'],
        more: 'z'.repeat(140_000),
      };
      const plain = JSON.stringify({ ...answer, vectors: [[0.25], 'y'] });
      expect((await write(answer)) === plain, String(length)).to.equal(true);
    }
  });

  it('of one caller is not written over by that of another', async () => {
    const answers = Array.from({ length: 4 }, (_, at) => ({
      vector: new Float32Array(30_000).fill(at + 0.5),
    }));
    const all = await Promise.all(answers.map(write));
    all.forEach((json, at) =>
      expect(json).to.equal(JSON.stringify({ vector: Array(30_000).fill(at + 0.5) })),
    );
  });

  it('never holds the others up: 2048 vectors of 512 numbers take many short turns', async () => {
    const vectors = Array.from({ length: 2048 }, () => everyKindOfFloat(512).map((x) => (x % 1) / 20));
    let longestMs = 0;
    let last = performance.now();
    const onTurn = () => {
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    };
    const turns = setInterval(onTurn, 0);
    const started = performance.now();
    const json = await toJson({ data: vectors });
    const tookMs = performance.now() - started;
    onTurn();
    clearInterval(turns);
    expect(json).to.have.length.greaterThan(100);
    expect(longestMs).to.be.lessThan(tookMs / 4);
  });

  it('of many callers is written one after the other, the oldest first, and one that fails holds up no other', async () => {
    const ended: string[] = [];
    const gone = new AbortController();
    const large = (name: string, numbers: number, signal?: AbortSignal) =>
      Promise.resolve(toJson({ vector: new Float32Array(numbers) }, signal)).then(
        () => ended.push(name),
        () => ended.push(`${name}, given up`),
      );
    const all = [
      large('a', 300_000),
      large('b', 90_000, gone.signal),
      large('c', 200_000),
      large('d', 40_000),
    ];
    gone.abort();
    await Promise.all(all);
    expect(ended).to.deep.equal(['a', 'b, given up', 'c', 'd']);
  });

  it('is given up when nobody waits for it any more', async () => {
    const gone = new AbortController();
    const json = toJson({ vector: new Float32Array(100_000) }, gone.signal) as Promise<Buffer[]>;
    gone.abort(new Error('gone'));
    expect(await json.catch((error: Error) => error.message)).to.equal('gone');
  });

  it('has numbers that come back to the same float32, for floats of every size', async () => {
    const floats = everyKindOfFloat(20_000);
    (await print(floats)).forEach((printed, at) => {
      expect(Math.fround(JSON.parse(printed) as number)).to.equal(floats[at]);
    });
  });

  it('has the shortest decimals there are, at the size of embeddings', async () => {
    const sizes = [1, 0.1, 0.03, 1e-3, 1e-5, 3, 60, 1e4, 3e6];
    const floats = everyKindOfFloat(20_000).map((x, at) => (x % 1) * (sizes[at % sizes.length] ?? 1));
    expect(await print(floats)).to.deep.equal(Array.from(floats, shortestByTrial));
  });

  it('has plain numbers plainly', async () => {
    const plain = [0.1, -0.25, 0, 1, 20, 10.5, 999999, 1000000, 0.000001, 0.0000015];
    expect(await print(Float32Array.from(plain))).to.deep.equal(plain.map(String));
    const others = Float32Array.of(-0, 1e-30, -3.4e20, 3.4028234663852886e38);
    expect(await print(others)).to.deep.equal(['0', '1e-30', '-340000000000000000000', '3.4028235e+38']);
  });

  it('has room for the longest numbers of a small answer and of a large one', async () => {
    for (const count of [2600, 9000]) {
      const longest = new Float32Array(count).fill(Math.fround(-3.4028235e20));
      expect(await print(longest)).to.deep.equal(Array.from(longest, shortestByTrial));
    }
  });
});
