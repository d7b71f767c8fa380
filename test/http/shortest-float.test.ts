import { expect } from 'chai';
import { shortestFloat32 } from '../../src/http/shortest-float.js';
import { seededRandom } from '../support/random.js';

/** The shortest decimal by trying every precision: slow, and right by construction. */
function shortestByTrial(x: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return JSON.stringify(short);
  }
  return JSON.stringify(Number(x.toPrecision(9)));
}

function* everyKindOfFloat(count: number): Generator<number> {
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const random = seededRandom(12345);
  for (let i = 0; i < count; i++) {
    bits[0] = random() * 2 ** 32;
    if (Number.isFinite(float[0])) yield float[0] ?? 0;
  }
}

describe('shortest float32 decimals', () => {
  it('come back to the same float32, for floats of every size', () => {
    for (const x of everyKindOfFloat(20_000)) {
      expect(Math.fround(Number(JSON.stringify(shortestFloat32(x))))).to.equal(x);
    }
  });

  it('are as short as a decimal can be from 6 digits on, at the size of embeddings', () => {
    for (const x of everyKindOfFloat(20_000)) {
      const embedding = Math.fround(x % 8);
      if (Math.abs(embedding) < 1e-6) continue;
      expect(JSON.stringify(shortestFloat32(embedding)).length).to.be.at.most(
        shortestByTrial(embedding).length,
      );
    }
  });

  it('print plain numbers plainly', () => {
    const printed = [0.1, -0.25, 0, -0, 1, 1e-30, 3.4028234663852886e38].map((x) =>
      JSON.stringify(shortestFloat32(Math.fround(x))),
    );
    expect(printed).to.deep.equal(['0.1', '-0.25', '0', '0', '1', '1e-30', '3.4028235e+38']);
  });
});
