import { expect } from 'chai';
import { SOUND } from '../../../src/photos/media/kinds.js';
import { summarise } from '../../../src/photos/import/summary.js';

const TALLY = { imported: 2, unchanged: 1, removed: 0, failed: 1, passed: {} };

describe('the summary of an import', () => {
  it('tells what is left to do, and names captions of no photo', () => {
    const unmatched = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg', 'f.jpg'];
    const end = { stopped: 'nobody answers', unmatched, passed: ['link.jpg: a link'] };
    const text = summarise({ dryRun: false, tally: TALLY as never, end, interrupted: false, seconds: 3 });
    expect(text).to.match(/^2 imported, 1 unchanged, 0 removed, 1 failed, /);
    expect(text).to.contain(
      'Stopped before the end: nobody answers\nThe same command goes on where this one stopped.',
    );
    expect(text).to.contain('Passed over:\n  link.jpg: a link\n');
    expect(text).to.contain(
      '6 captions of the list are of no photo that was found: a.jpg, b.jpg, c.jpg, d.jpg, e.jpg, …',
    );
  });

  it('says what a new collection would take of what was passed over', () => {
    const end = { takenByNew: [SOUND] };
    const result = { dryRun: false, end, interrupted: false, seconds: 3 };
    const told = 'The collection has no field for sounds; a new one (--collection) takes them.';
    const passed = { ...TALLY, passed: { audio: 3 } };
    expect(summarise({ ...result, tally: passed as never })).to.contain(told);
    expect(summarise({ ...result, tally: TALLY as never })).not.to.contain(told);
  });

  it('says of a trial what would be done, and why nothing was pruned', () => {
    const end = { pruneRefused: 'folder unreadable' as const };
    const text = summarise({ dryRun: true, tally: TALLY as never, end, interrupted: true, seconds: 3 });
    expect(text).to.match(/^2 would be imported, 1 unchanged, 0 would be removed/);
    expect(text).to.contain(
      'Nothing was pruned: a folder could not be read.\nInterrupted. The same command goes on',
    );
  });
});
