import { expect } from 'chai';
import type { Standing } from '../../../src/photos/weaviate/standing.js';
import { readStanding } from '../../../src/photos/weaviate/standing.js';
import {
  WITH_IMAGE,
  WITH_TEXT,
  attemptsIn,
  toSearchError,
} from '../../../src/photos/weaviate/weaviate-errors.js';

/** What Weaviate 1.39 answers over gRPC for a class that was deleted, and for the first seconds after it was started. */
const NO_CLASS = new Error(
  'Query call with protocol gRPC failed with message: /weaviate.v1.Weaviate/Search UNKNOWN: could not find class Photo in schema',
);
/** And a moment later. */
const NO_INDEX = new Error(
  'Search UNKNOWN: explorer: list class: search: tried to browse non-existing index for Photo',
);

function searched(standing: Standing) {
  return { name: 'Photo', standing: () => Promise.resolve(standing) };
}

describe("Weaviate's failure, for whoever searched", () => {
  it('says that the collection is gone, and what makes it again, once Weaviate itself is sure', async () => {
    expect(await toSearchError(NO_CLASS, WITH_TEXT, searched('missing'))).to.include({
      code: 'not_found',
      message:
        'the collection Photo is gone from Weaviate; `handspring import FOLDER --collection Photo` makes it again',
    });
  });

  for (const error of [NO_CLASS, NO_INDEX, new Error('something else')]) {
    it(`is not_ready while Weaviate starts, whatever it says: ${error.message.slice(-30)}`, async () => {
      const told = await toSearchError(error, WITH_TEXT, searched('starting'));
      expect(told).to.include({ code: 'not_ready', message: 'Weaviate is starting', retryAfterSeconds: 1 });
    });
  }

  it('is worth another try where the collection has come up meanwhile', async () => {
    for (const error of [NO_CLASS, NO_INDEX]) {
      expect(await toSearchError(error, WITH_TEXT, searched('there'))).to.have.property('code', 'not_ready');
    }
  });

  it('is passed on as it is where nothing is known of it', async () => {
    const failure = new Error('something else');
    expect(await toSearchError(failure, WITH_TEXT, searched('there'))).to.equal(failure);
  });

  it('is an invalid image where the module refused it, in the module’s words', async () => {
    const refused = new Error('Query call failed: fail with status 422: images[0]: expected a JPEG');
    expect(await toSearchError(refused, WITH_IMAGE, searched('there'))).to.include({
      code: 'invalid_image',
      message: 'image: expected a JPEG',
    });
  });

  it('is worth another try while the module is busy or nobody answers, without asking any further', async () => {
    const attempt = attemptsIn({ name: 'Photo', standing: () => Promise.reject(new Error('asked')) });
    const codeOf = (message: string) =>
      attempt(WITH_TEXT, () => Promise.reject(new Error(message))).catch(
        ({ code }: { code?: string }) => code,
      );
    expect(await codeOf('fail with status 429: full')).to.equal('overloaded');
    expect(await codeOf('connect: connection refused')).to.equal('not_ready');
  });
});

describe('what Weaviate says of a collection', () => {
  const client = (ready: boolean, exists: () => Promise<boolean>) => ({
    isReady: () => Promise.resolve(ready),
    collections: { exists },
  });

  it('counts only once it is ready, and answers', async () => {
    const yes = () => Promise.resolve(true);
    const no = () => Promise.resolve(false);
    const fails = () => Promise.reject(new Error('fetch failed'));
    expect(await readStanding(client(true, yes), 'Photo')).to.equal('there');
    expect(await readStanding(client(true, no), 'Photo')).to.equal('missing');
    expect(await readStanding(client(false, no), 'Photo')).to.equal('starting');
    expect(await readStanding(client(true, fails), 'Photo')).to.equal('starting');
  });
});
