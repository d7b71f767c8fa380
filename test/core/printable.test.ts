import { expect } from 'chai';
import { printable, printableLines } from '../../src/core/printable.js';

describe('a name that is printed', () => {
  it('has nothing in it that a terminal would obey', () => {
    expect(printable('a\u001b[2J\n\u0007\u009b\u007f.jpg')).to.equal(
      'a\\u001b[2J\\u000a\\u0007\\u009b\\u007f.jpg',
    );
    expect(printable('\u202egpj.exe')).to.equal('\\u202egpj.exe');
    expect(printableLines('one\u001b\ntwo')).to.equal('one\\u001b\ntwo');
  });

  it('is else as it is', () => {
    for (const name of ['e\u0301té 🐱.jpg', 'שלום.jpg', '猫 \\xE9.jpg', '👩‍👩‍👧.jpg'])
      expect(printable(name)).to.equal(name);
  });
});
