import { expect } from 'chai';
import { HandspringError } from '../../../src/core/errors.js';
import type { Neighbours } from '../../../src/photos/index/vector-matrix.js';
import { VectorMatrix } from '../../../src/photos/index/vector-matrix.js';

const rows = ({ neighbours }: Neighbours): number[] => neighbours.map(({ row }) => row);
const vector = (...values: number[]) => Float32Array.from(values);

describe('VectorMatrix', () => {
  it('orders rows by cosine similarity, whatever the lengths of the vectors', () => {
    const matrix = new VectorMatrix();
    matrix.add(vector(100, 100));
    matrix.add(vector(0.001, 0));
    matrix.add(vector(0, -5));
    const { neighbours: found } = matrix.nearest(vector(7, 0), { limit: 3 });
    expect(found.map(({ row }) => row)).to.deep.equal([1, 0, 2]);
    expect(found[0]?.score).to.be.closeTo(1, 1e-6);
    expect(found[1]?.score).to.be.closeTo(Math.SQRT1_2, 1e-6);
    expect(found[2]?.score).to.be.closeTo(0, 1e-6);
  });

  it('keeps the best of many rows and grows past its first capacity', () => {
    const matrix = new VectorMatrix();
    for (let i = 0; i < 200; i++) matrix.add(vector(Math.cos(i), Math.sin(i)));
    const query = vector(1, 0);
    const everyone = Array.from({ length: 200 }, (_, row) => ({ row, score: Math.cos(row) }));
    const expected = everyone.sort((a, b) => b.score - a.score).slice(0, 7);
    expect(rows(matrix.nearest(query, { limit: 7 }))).to.deep.equal(expected.map(({ row }) => row));
  });

  it('gives every stretch of one order, which has each row once, also where many scores are equal', () => {
    const matrix = new VectorMatrix();
    for (let i = 0; i < 100; i++) matrix.add(vector(Math.cos(i % 7), Math.sin(i % 7)));
    const query = vector(1, 0);
    const whole = matrix.nearest(query, { limit: 100 });
    const joined: number[] = [];
    for (let offset = 0; offset < 100; offset += 9) {
      const stretch = matrix.nearest(query, { limit: 9, offset });
      expect(stretch).to.include({ offset, total: 100 });
      joined.push(...rows(stretch));
    }
    expect(joined).to.deep.equal(rows(whole));
    expect(new Set(joined).size).to.equal(100);
    expect(matrix.nearest(query, { limit: 9, offset: 100 })).to.deep.equal({
      neighbours: [],
      offset: 100,
      total: 100,
    });
  });

  it('finds the stretch that a row is in, and gives the first one if the row is not accepted', () => {
    const matrix = new VectorMatrix();
    for (let i = 0; i < 100; i++) matrix.add(vector(Math.cos(i % 7), Math.sin(i % 7)));
    for (let row = 0; row < 100; row++) {
      const stretch = matrix.nearest(vector(1, 0), { limit: 9, at: row });
      expect(rows(stretch)).to.include(row);
      expect(stretch.offset % 9).to.equal(0);
    }
    expect(matrix.nearest(vector(1, 0), { limit: 9, at: 4 }, (row) => row !== 4).offset).to.equal(0);
  });

  it('leaves out the rows that are not accepted', () => {
    const matrix = new VectorMatrix();
    for (let i = 0; i < 4; i++) matrix.add(vector(1));
    const found = matrix.nearest(vector(1), { limit: 4 }, (row) => row % 2 === 1);
    expect(rows(found)).to.deep.equal([1, 3]);
    expect(found.total).to.equal(2);
  });

  it('moves the last row into the place of a removed one', () => {
    const matrix = new VectorMatrix();
    for (const one of [vector(1, 0), vector(0, 1), vector(-1, 0)]) matrix.add(one);
    matrix.remove(0);
    expect(matrix.count).to.equal(2);
    expect([...matrix.at(0)]).to.deep.equal([-1, 0]);
    expect([...matrix.at(1)]).to.deep.equal([0, 1]);
    matrix.remove(1);
    expect([...matrix.at(0)]).to.deep.equal([-1, 0]);
  });

  it('refuses vectors of another length, of no length and with numbers that are none', () => {
    const matrix = new VectorMatrix();
    matrix.add(vector(1, 0));
    expect(() => matrix.add(vector(1))).to.throw(HandspringError, 'vector: expected 2 numbers, received 1');
    expect(() => matrix.add(vector(0, 0))).to.throw(HandspringError, 'received 0');
    expect(() => matrix.nearest(vector(Number.NaN, 1), { limit: 1 })).to.throw(
      HandspringError,
      'received NaN',
    );
    expect(matrix.count).to.equal(1);
  });

  it('finds nothing where there is nothing, in any number of dimensions', () => {
    expect(new VectorMatrix().nearest(vector(1, 2, 3), { limit: 5 })).to.deep.equal({
      neighbours: [],
      offset: 0,
      total: 0,
    });
  });
});
