import { expect } from 'chai';
import { excludeBy } from '../../src/photos/exclude.js';

describe('what is excluded', () => {
  it('is what patterns match as those of .gitignore do, with all below it', () => {
    const excludes = excludeBy(['*.tmp.jpg', 'private/', '/raw']);
    const files = ['a.tmp.jpg', 'x/private/deep/a.jpg', 'raw/a.jpg', 'x/raw/a.jpg', 'private.jpg', '..a.jpg'];
    expect(files.filter((file) => excludes(file, false))).to.deep.equal(files.slice(0, 3));
    expect(excludes('x/private', true)).to.equal(true);
    expect(excludes('', true)).to.equal(false);
  });

  it('is what storage devices make of photos and of deleted ones, unless it is taken in again', () => {
    const folders = ['@eaDir', 'x/@eaDir', '#recycle', '$RECYCLE.BIN'];
    expect(folders.filter((folder) => excludeBy()(folder, true))).to.deep.equal(folders);
    expect(excludeBy(['!@eaDir/'])('@eaDir', true)).to.equal(false);
  });
});
