import { expect } from 'chai';
import { nameOf } from '../../src/core/name-of.js';

describe('what a value is called', () => {
  for (const [value, name] of [
    [undefined, 'nothing'],
    [null, 'null'],
    [[1], 'a list'],
    [7, 'a number'],
    ['seven', 'a string'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [new Map(), 'an object of class Map'],
  ] as const) {
    it(`is "${name}"`, () => expect(nameOf(value)).to.equal(name));
  }
});
