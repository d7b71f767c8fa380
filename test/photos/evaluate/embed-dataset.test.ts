import path from 'node:path';
import { expect } from 'chai';
import type { Embedder } from '../../../src/core/embedder.js';
import { HandspringError } from '../../../src/core/errors.js';
import { embedDataset } from '../../../src/photos/evaluate/embed-dataset.js';
import { PHOTO } from '../../../src/photos/media/kinds.js';
import { deferred } from '../../support/deferred.js';
import { makeFolder } from '../../support/folder.js';
import { contentOf, embedResult } from '../../support/items.js';

const vectorOf = (item: string | Uint8Array) => Float32Array.from(Buffer.from(item));

function embedderAfter(turnOf: (image: string) => Promise<void>): Embedder {
  return {
    async embed(items) {
      for (const content of items.map(contentOf))
        if (typeof content !== 'string') await turnOf(Buffer.from(content).toString());
      return embedResult(items.map((item) => vectorOf(contentOf(item))));
    },
  };
}

describe('the vectors of a captioned folder', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({ '1.jpg': 'A', '2.jpg': 'B' }));
  });
  afterEach(() => remove());

  const photo = (name: string, ...captions: string[]) => ({ file: path.join(folder, name), captions });

  it('come in its order, whichever photo is done first', async () => {
    const second = deferred<void>();
    let done = 0;
    const progress = { add: (count: number) => void (done += count), stop: () => undefined };
    const embedder = embedderAfter(async (image) => {
      if (image === 'A') await second.promise;
      else second.resolve();
    });
    const photos = [photo('1.jpg', 'a', 'b'), photo('2.jpg', 'c')];
    expect(await embedDataset(photos, PHOTO, embedder, progress)).to.deep.equal({
      items: [vectorOf('A'), vectorOf('B')],
      texts: ['a', 'b', 'c'].map(vectorOf),
      itemOf: [0, 0, 1],
    });
    expect(done).to.equal(2);
  });

  it('are refused with the name of what is no file, which is not read without end', async () => {
    const never = { embed: () => Promise.reject(new Error('expected no call')) };
    const progress = { add: () => undefined, stop: () => undefined };
    const nothing: unknown = await embedDataset([photo('.', 'a')], PHOTO, never, progress).catch(
      (caught: unknown) => caught,
    );
    expect(nothing).to.have.property(
      'message',
      `${folder}: expected a file, received a folder, a pipe or a device`,
    );
  });

  it('are refused with the name of a photo that cannot be read', async () => {
    const progress = { add: () => undefined, stop: () => undefined };
    const embedder = embedderAfter(() => Promise.resolve());
    const missing = photo('3.jpg', 'c');
    const error: unknown = await embedDataset([photo('1.jpg'), missing], PHOTO, embedder, progress).catch(
      (caught: unknown) => caught,
    );
    expect(error).to.be.instanceOf(HandspringError);
    expect((error as Error).message).to.match(/3\.jpg: ENOENT/);
  });
});
