import { expect } from 'chai';
import { boundedLines } from '../../../src/cli/embed/bounded-lines.js';
import type { Line } from '../../../src/cli/embed/bounded-lines.js';

/** As a stream would give them. */
async function* inPieces(bytes: Buffer, length: number) {
  for (let at = 0; at < bytes.length; at += length)
    yield await Promise.resolve(bytes.subarray(at, at + length));
}

async function linesOf(text: string, { length = 3, most = 100 } = {}): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of boundedLines(inPieces(Buffer.from(text), length), most)) lines.push(line);
  return lines;
}

const textsOf = async (text: string, length?: number) =>
  (await linesOf(text, length === undefined ? {} : { length })).map((line) => line.text);

describe('boundedLines', () => {
  it('ends a line with LF or CR LF, wherever pieces end', async () => {
    for (const length of [1, 2, 3, 100])
      expect(await textsOf('a\r\n\nb cé\ud83d\ude00\n', length)).to.deep.equal(['a', '', 'b cé\ud83d\ude00']);
  });

  it('ends none with what JSON may have in a string', async () => {
    expect(await textsOf('{"text": "a\u2028b\u2029c"}\n')).to.deep.equal(['{"text": "a\u2028b\u2029c"}']);
  });

  it('takes a byte order mark for none of the text', async () => {
    expect(await textsOf('\uFEFFa\n\uFEFFb')).to.deep.equal(['a', '\uFEFFb']);
  });

  it('says where lines end, and whether a break ends the last', async () => {
    const lines = await linesOf('ab\r\nc');
    expect(lines.map(({ number, end, isWhole }) => [number, end, isWhole])).to.deep.equal([
      [1, 4, true],
      [2, 5, false],
    ]);
  });

  it('has no text of a line that is longer than may be, and goes on behind it', async () => {
    const lines = await linesOf(`${'a'.repeat(9)}\n${'b'.repeat(8)}\nc`, { most: 8 });
    expect(lines.map(({ text, isTooLong }) => [text, isTooLong])).to.deep.equal([
      ['', true],
      ['bbbbbbbb', false],
      ['c', false],
    ]);
  });

  it('holds no more of an endless line than may be', async function () {
    this.timeout(20_000);
    const piece = Buffer.alloc(2 ** 16, 'a');
    async function* endless() {
      for (let n = 0; n < 8192; n++) yield await Promise.resolve(Buffer.from(piece)); // half a gigabyte
    }
    let most = 0;
    const before = process.memoryUsage().rss;
    for await (const { isTooLong } of boundedLines(endless(), 2 ** 20)) {
      expect(isTooLong).to.equal(true);
      most = process.memoryUsage().rss - before;
    }
    expect(most).to.be.lessThan(200 * 2 ** 20);
  });
});
