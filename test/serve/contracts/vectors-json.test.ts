import { expect } from 'chai';
import { vectorsToJson } from '../../../src/serve/contracts/vectors-json.js';
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

function print(vector: Float32Array): string[] {
  const json = vectorsToJson([
    { key: 'textVectors', vectors: [vector] },
    { key: 'imageVectors', vectors: [] },
  ]);
  const [, list = ''] = /^\{"textVectors":\[\[(.*)\]\],"imageVectors":\[\]\}$/.exec(json) ?? [];
  return list.split(',');
}

describe('the JSON of vectors', () => {
  it('has every text and image in its order', () => {
    const textVectors = [Float32Array.of(0.5, -1), Float32Array.of(0.25)];
    const imageVectors = [Float32Array.of(2, 3)];
    const read = (vectors: Parameters<typeof vectorsToJson>[0]) =>
      JSON.parse(vectorsToJson(vectors)) as unknown;
    expect(
      read([
        { key: 'textVectors', vectors: textVectors },
        { key: 'imageVectors', vectors: imageVectors },
      ]),
    ).to.deep.equal({
      textVectors: [[0.5, -1], [0.25]],
      imageVectors: [[2, 3]],
    });
    expect(read([{ key: 'textVectors', vectors: [] }])).to.deep.equal({ textVectors: [] });
  });

  it('has numbers that come back to the same float32, for floats of every size', () => {
    const floats = everyKindOfFloat(20_000);
    print(floats).forEach((printed, at) => {
      expect(Math.fround(JSON.parse(printed) as number)).to.equal(floats[at]);
    });
  });

  it('has the shortest decimals there are, at the size of embeddings', () => {
    const sizes = [1, 0.1, 0.03, 1e-3, 1e-5, 3, 60, 1e4, 3e6];
    const floats = everyKindOfFloat(20_000).map((x, at) => (x % 1) * (sizes[at % sizes.length] ?? 1));
    expect(print(floats)).to.deep.equal(Array.from(floats, shortestByTrial));
  });

  it('has plain numbers plainly', () => {
    const plain = [0.1, -0.25, 0, 1, 20, 10.5, 999999, 1000000, 0.000001, 0.0000015];
    expect(print(Float32Array.from(plain))).to.deep.equal(plain.map(String));
    const others = Float32Array.of(-0, 1e-30, -3.4e20, 3.4028234663852886e38);
    expect(print(others)).to.deep.equal(['0', '1e-30', '-340000000000000000000', '3.4028235e+38']);
  });

  it('has room for the longest numbers of a small answer and of a large one', () => {
    for (const count of [2600, 9000]) {
      const longest = new Float32Array(count).fill(Math.fround(-3.4028235e20));
      expect(print(longest)).to.deep.equal(Array.from(longest, shortestByTrial));
    }
  });
});
