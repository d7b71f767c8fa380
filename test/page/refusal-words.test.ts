import { expect } from 'chai';
import { toRefusalWords } from '../../src/page/refusal-words.js';
import { INVALID_IMAGE_REASONS } from '../../src/towers/image/decode/invalid-image.js';

describe('the words for a file that is no photo', () => {
  for (const kind of [...INVALID_IMAGE_REASONS, 'too_large']) {
    it(`are a sentence for people when it is ${kind}`, () => {
      const message = 'images[0]: expected a JPEG image, received a JPEG XL image';
      const words = toRefusalWords({ message, kind });
      expect(words).to.match(/^(The|This) .*\.$/);
      expect(words).to.not.include('expected');
    });
  }

  it('name what the file is', () => {
    const message = 'image: expected a JPEG, PNG or WebP image, received a JPEG XL image';
    expect(toRefusalWords({ message, kind: 'unsupported' })).to.equal(
      'This is a JPEG XL image, which Handspring cannot read. A photo can be exported as JPEG, a sound as MP3.',
    );
  });

  it("are the service's own where nothing better is known", () => {
    expect(toRefusalWords({ message: 'the disk is full', kind: undefined })).to.equal('the disk is full');
  });
});
