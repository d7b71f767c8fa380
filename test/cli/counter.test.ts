import { expect } from 'chai';
import { showCounter } from '../../src/cli/progress-bar.js';

describe('a counter whose end becomes known', () => {
  it('is a plain number first, and then a bar of all', () => {
    let written = '';
    const stream = Object.assign(Object.create(process.stderr) as NodeJS.WriteStream, {
      isTTY: true,
      columns: 200,
      write: (text: string) => (written += text) !== '',
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    });
    const shown = showCounter('items', stream, { done: 2 });
    shown.add(1);
    shown.stop();
    expect(written).to.match(/2 items · 0\/s/);
    expect(written).to.not.match(/left|NaN|NULL|Infinity/);
    written = '';
    const other = showCounter('items', stream, { done: 2 });
    other.setTotal(8);
    other.add(2);
    other.stop();
    expect(written).to.match(/░+ 2\/8 items · 0\/s · .* left/);
    expect(written).to.match(/█+░+ 4\/8 items/);
  });
});
