import { expect } from 'chai';
import type { Placement } from '../../../src/towers/image/geometry.js';
import { placeImage } from '../../../src/towers/image/geometry.js';
import type { ImageSettings } from '../../../src/towers/image/settings.js';
import { CLIP } from './reference.js';

describe('placeImage', () => {
  const halfEven: ImageSettings = { ...CLIP, cropRounding: 'half-even' };
  const squash: ImageSettings = { ...CLIP, resize: 'squash' };
  const border: ImageSettings = { ...CLIP, size: 96, resizeTo: 81 };

  const cases: readonly (readonly [string, number, number, ImageSettings, Placement])[] = [
    ['resizes the short side and crops the long one', 640, 480, CLIP, at(298, 224, 37, 0)],
    ['crops a tall image above and below', 480, 640, CLIP, at(224, 298, 0, 37)],
    ['cuts the long side down to a whole pixel', 101, 67, CLIP, at(337, 224, 56, 0)],
    ['rounds half a pixel of the crop down', 227, 224, CLIP, at(227, 224, 1, 0)],
    ['rounds one and a half to two where the model says half-even', 227, 224, halfEven, at(227, 224, 2, 0)],
    ['rounds half to none where the model says half-even', 225, 224, halfEven, at(225, 224, 0, 0)],
    ['squashes whatever the shape', 1920, 300, squash, at(224, 224, 0, 0)],
    ['puts the larger half of an odd border to the left and above', 200, 200, border, at(81, 81, -8, -8)],
    [
      'puts it to the right and below where the model says half-even',
      200,
      200,
      { ...border, cropRounding: 'half-even' },
      at(81, 81, -7, -7),
    ],
    ['crops one side and borders the other', 400, 200, border, at(162, 81, 33, -8)],
  ];
  for (const [title, width, height, settings, placement] of cases) {
    it(title, () => {
      expect(placeImage(width, height, settings)).to.deep.equal(placement);
    });
  }
});

function at(resizedWidth: number, resizedHeight: number, left: number, top: number): Placement {
  return { resizedWidth, resizedHeight, left, top };
}
