import { expect } from 'chai';
import { decodeImage } from '../../../../src/towers/image/decode/decode.js';
import type { ImageHeader } from '../../../../src/towers/image/decode/inspect.js';
import { inspectImage } from '../../../../src/towers/image/decode/inspect.js';
import { fixture, NO_LIMITS } from '../reference.js';

describe('decodeImage', () => {
  const wrong: readonly (readonly [string, string, Partial<ImageHeader>])[] = [
    ['another width', 'png-rgb.png', { width: 261 }],
    ['another height', 'jpeg-420.jpg', { height: 219 }],
    ['both other sides', 'webp-lossy.webp', { width: 24, height: 16 }],
  ];
  for (const [what, name, expected] of wrong) {
    it(`takes no pixels of ${what} than the header announced`, async () => {
      const bytes = fixture(name);
      const header = { ...(await inspectImage(bytes, NO_LIMITS)), ...expected };
      const error: unknown = await decodeImage(bytes, header, { orient: false }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.include({ code: 'invalid_image', reason: 'corrupt' });
    });
  }
});
