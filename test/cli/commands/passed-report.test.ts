import { expect } from 'chai';
import { createPassedReport } from '../../../src/cli/commands/passed-report.js';

describe('what a demo says of what it passes over', () => {
  it('is how many for each reason, again where that has changed, and each by its name where that is asked for', () => {
    const lines: string[] = [];
    const log = { info: (_: object, words: string) => void lines.push(words) };
    const films = [
      { path: 'a.mp4', reason: 'ffmpeg' },
      { path: 'b.mp4', reason: 'ffmpeg' },
    ] as const;
    const report = createPassedReport(log as never, false);
    for (const passed of [films, films, [...films, { path: 'a.txt', reason: 'other' } as const]])
      report(passed);
    expect(lines).to.deep.equal([
      '2 passed over (2 that only ffmpeg reads, which is not there); --show-passed names each',
      '3 passed over (1 of another kind by name, 2 that only ffmpeg reads, which is not there); --show-passed names each',
    ]);
    createPassedReport(log as never, true)(films);
    expect(lines.slice(2, 4)).to.deep.equal(['passed over', 'passed over']);
  });
});
