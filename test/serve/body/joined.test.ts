import { expect } from 'chai';
import type { DecodedBase64 } from '../../../src/serve/body/decoded-base64.js';
import { withJoined } from '../../../src/serve/body/joined.js';
import { parseJsonBody } from '../../../src/serve/body/json-body.js';

const form = { maxValues: 100, option: 'MAX_ITEMS', example: {}, filesAt: ['image'] } as const;

function inPieces(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
}

describe('the pieces of a body', () => {
  for (const [title, length] of [
    ['none', 0],
    ['one', 10],
    ['some', 100_001],
    ['more than there is shared memory for', 9 * 2 ** 20],
  ] as const) {
    it(`are one for who reads them: ${title}`, () => {
      const text = 'Käte'.repeat(length / 4);
      const read = withJoined(inPieces(text, 65_536), (bytes) => bytes.toString());
      expect(read.length).to.equal(text.length);
      expect(read === text).to.equal(true);
    });
  }

  it('leave nothing of one body in the next, and each its own file', () => {
    const read = (byte: number) => {
      const image = Buffer.alloc(300_000, byte).toString('base64');
      const pieces = inPieces(JSON.stringify({ image, id: `body ${byte}` }), 65_536);
      return withJoined(pieces, (bytes) => parseJsonBody(bytes, form)) as {
        image: DecodedBase64;
        id: string;
      };
    };
    const [first, second] = [read(1), read(2)];
    expect(first.id).to.equal('body 1');
    expect(first.image.bytes.every((byte) => byte === 1)).to.equal(true);
    expect(second.image.bytes.every((byte) => byte === 2)).to.equal(true);
  });
});
