import { expect } from 'chai';
import { ImagePreparer } from '../../../src/towers/image/image-preparer.js';
import { readImageSettings } from '../../../src/towers/image/settings.js';
import { fixtureFolder, readPixelFile } from '../../support/model-fixture.js';

const OPTIONS = {
  limits: { maxBytes: 1e6, maxPixels: 1e6 },
  orient: false,
  threads: 2,
  maxPendingPixels: 1e7,
};

describe('the preparation of images', () => {
  it('holds more of the budget for a photo that it turns', async () => {
    const settings = await readImageSettings(fixtureFolder('clip'), {});
    const most = { false: 0, true: 0 };
    for (const orient of [false, true]) {
      const onPixels = (held: number) => (most[`${orient}`] = Math.max(most[`${orient}`], held));
      const preparer = await ImagePreparer.start({ ...OPTIONS, orient, onPixels });
      await preparer.prepare(readPixelFile('jpeg-exif-6.jpg'), settings);
      await preparer.close();
    }
    expect(most).to.deep.equal({ false: 61 * 45, true: Math.ceil((61 * 45 * 6.5) / 3.5) });
  });

  it('keeps its threads when callers go while they work', async () => {
    const settings = await readImageSettings(fixtureFolder('clip'), {});
    const preparer = await ImagePreparer.start(OPTIONS);
    const bytes = readPixelFile('gif-256-colours.gif');
    let started = 0;
    const count = () => started++;
    try {
      await Promise.all([preparer.prepare(bytes, settings), preparer.prepare(bytes, settings)]);
      process.on('worker', count);
      for (let round = 0; round < 5; round++) {
        const gone = new AbortController();
        const calls = [1, 2].map(() => preparer.prepare(bytes, settings, { signal: gone.signal }));
        await new Promise((resolve) => setImmediate(resolve));
        gone.abort(new Error('gone'));
        const late = preparer.prepare(bytes, settings, { signal: gone.signal });
        const outcomes = await Promise.allSettled([...calls, late]);
        expect(outcomes.map(({ status }) => status)).to.include('rejected');
      }
      expect(await preparer.prepare(bytes, settings)).to.be.instanceOf(Float32Array);
      expect(started).to.equal(0);
    } finally {
      process.off('worker', count);
      await preparer.close();
    }
  });
});
