import { expect } from 'chai';
import { Done } from '../../../src/cli/embed/done.js';

describe('what a half-written file has', () => {
  it('is known again by path, and by line and text', () => {
    const done = new Done();
    done.add({ file: 'a.jpg' });
    done.add({ line: 1, text: 'a cat' });
    done.add({ line: 5000, text: '' });
    expect(done.count).to.equal(3);
    expect(done.has({ file: 'a.jpg' })).to.equal(true);
    expect(done.has({ file: 'b.jpg' })).to.equal(false);
    expect(done.has({ line: 1, text: 'a cat' })).to.equal(true);
    expect(done.has({ line: 2, text: 'a cat' })).to.equal(false);
    expect(done.has({ line: 5000, text: '' })).to.equal(true);
    expect(done.has({ line: 100_000, text: '' })).to.equal(false);
  });

  it('refuses a line that is another than it was', () => {
    const done = new Done();
    done.add({ line: 7, text: 'a cat' });
    for (const named of [{ line: 7, text: 'a dog' }, { line: 7 }])
      expect(() => done.has(named)).to.throw(
        '--resume: line 7: expected the text that the half-written file has of it, received another',
      );
  });
});
