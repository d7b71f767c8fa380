import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { createIndexReport } from '../../../src/cli/commands/index-report.js';
import type { IndexProgress } from '../../../src/photos/index/store.js';

const progress = (changes: Partial<IndexProgress>): IndexProgress => ({
  state: 'indexing',
  total: 100,
  done: 0,
  duplicates: 0,
  refusedCount: 0,
  refused: [],
  ...changes,
});

function createReport(isTTY: boolean) {
  const lines: unknown[][] = [];
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 80,
    cursorTo: () => true,
    clearLine: () => true,
  });
  let now = 0;
  const report = createIndexReport({
    names: 'photos',
    stream: stream as unknown as NodeJS.WriteStream,
    log: {
      info: (...line: unknown[]) => void lines.push(line),
      warn: (...line: unknown[]) => void lines.push(line),
    },
    now: () => (now += 1000),
  });
  return { report, lines, drawn: () => String(stream.read() ?? '') };
}

describe('createIndexReport', () => {
  it('writes a line each tenth where there is no terminal, and logs the count and the time at the end', () => {
    const { report, lines, drawn } = createReport(false);
    for (let done = 0; done <= 100; done += 5) report(progress({ done }));
    report(progress({ state: 'ready', done: 100, duplicates: 3 }));
    expect(drawn().trim().split('\n')).to.deep.equal(
      Array.from({ length: 10 }, (_, i) => `${i + 1}0/100 photos`),
    );
    expect(lines).to.deep.equal([[{ files: 97, duplicates: 3, leftOut: 0, seconds: 1 }, 'photos indexed']]);
  });

  it('draws a bar in a terminal', () => {
    const { report, drawn } = createReport(true);
    report(progress({ done: 0 }));
    report(progress({ done: 50 }));
    report(progress({ state: 'ready', done: 100 }));
    expect(drawn()).to.include('/100 photos');
  });

  it('counts only what a later round has to read', () => {
    const { report, drawn } = createReport(false);
    report(progress({ total: 101, done: 100 }));
    report(progress({ total: 101, done: 101, state: 'ready' }));
    expect(drawn()).to.equal('1/1 photos\n');
  });

  it('says nothing about a round in which nothing was new', () => {
    const { report, lines } = createReport(false);
    report(progress({ done: 100 }));
    report(progress({ state: 'ready', done: 100 }));
    expect(lines).to.deep.equal([]);
  });

  it('names each refused file once', () => {
    const { report, lines } = createReport(false);
    const refused = [{ name: 'bad.jpg', reason: 'no image' }];
    report(progress({ state: 'ready', total: 1, done: 1, refusedCount: 1, refused }));
    report(progress({ state: 'ready', total: 1, done: 1, refusedCount: 1, refused }));
    expect(lines).to.deep.equal([[{ file: 'bad.jpg', reason: 'no image' }, 'a file was left out']]);
  });
});
