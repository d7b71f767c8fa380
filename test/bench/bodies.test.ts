import { expect } from 'chai';
import sharp from 'sharp';
import { createImageBodies, createTextBodies } from '../../bench/load/bodies.js';

describe('the requests of the benchmark', () => {
  it('have images that differ as files and not as pictures', async () => {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const make = createImageBodies([jpeg], 2);
    const requests = [make(), make()].map(
      ({ bytes }) => JSON.parse(bytes.toString()) as { images: string[] },
    );
    const files = requests.flatMap(({ images }) => images.map((image) => Buffer.from(image, 'base64')));
    expect(new Set(files.map((file) => file.toString('base64'))).size).to.equal(4);
    const pixels = (file: Buffer) => sharp(file).raw().toBuffer();
    const expected = await pixels(jpeg);
    for (const file of files) expect((await pixels(file)).equals(expected)).to.equal(true);
  });

  it('have so many texts each', () => {
    let count = 0;
    const { bytes, items } = createTextBodies(() => `text ${++count}`, 2)();
    expect(JSON.parse(bytes.toString())).to.deep.equal({ texts: ['text 1', 'text 2'] });
    expect(items).to.equal(2);
  });
});
