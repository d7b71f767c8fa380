import { expect } from 'chai';
import { toDuration } from '../../../src/photos/import/pace.js';
import { Lines } from '../../../src/cli/commands/import-progress.js';
import { summarise } from '../../../src/photos/import/summary.js';
import { emptyTally } from '../../../src/photos/import/tally.js';

describe('progress without a terminal', () => {
  it('is a line: how far, how fast, failures, time left', () => {
    let now = 0;
    const lines: string[] = [];
    const progress = new Lines(
      (line) => lines.push(line),
      'photos and sounds',
      () => now,
    );
    progress.total(1000);
    progress.writeLine();
    for (let second = 1; second <= 20; second++) {
      now = second * 1000;
      progress.show({ ...emptyTally(), imported: second * 9, failed: second });
      if (second % 10 === 0) progress.writeLine();
    }
    progress.stop();
    expect(lines).to.deep.equal([
      '100/1000 photos and sounds · 10.0/s · 10 failed · 2 min left',
      '200/1000 photos and sounds · 10.0/s · 20 failed · 80 s left',
    ]);
  });

  it('tells the pace of the last half minute, not of the unchanged files before', () => {
    let now = 0;
    const lines: string[] = [];
    const progress = new Lines(
      (line) => lines.push(line),
      'photos and sounds',
      () => now,
    );
    for (let second = 1; second <= 60; second++) {
      now = second * 1000;
      progress.show({ ...emptyTally(), unchanged: 5000, imported: second });
    }
    progress.writeLine();
    progress.stop();
    expect(lines.at(-1)).to.equal('5060 photos and sounds · 1.0/s · 0 failed');
  });

  it('writes durations as a person would', () => {
    expect([3.2, 89, 100, 3600, 7500].map(toDuration)).to.deep.equal([
      '4 s',
      '89 s',
      '2 min',
      '60 min',
      '2 h 05 min',
    ]);
  });
});

describe('the summary of an import', () => {
  const result = { dryRun: false, tally: { ...emptyTally(), imported: 2 }, interrupted: false, seconds: 3 };

  it('counts what was done', () => {
    expect(summarise({ ...result, end: {} })).to.equal(
      '2 imported, 0 unchanged, 0 removed, 0 failed, 0 passed over, in 3 s\n',
    );
  });

  it('says how to go on after an interruption or a stop', () => {
    expect(summarise({ ...result, end: {}, interrupted: true })).to.match(/Interrupted\. The same command/);
    expect(summarise({ ...result, end: { stopped: 'no answer' } })).to.match(
      /Stopped before the end: no answer\nThe same command goes on/,
    );
  });

  it('says why nothing was pruned', () => {
    expect(summarise({ ...result, end: { pruneRefused: 'nothing found' } })).to.match(/Nothing was pruned/);
  });
});
