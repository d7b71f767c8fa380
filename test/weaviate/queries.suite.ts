import { expect } from 'chai';
import type { Collection } from 'weaviate-client';
import { vectors } from 'weaviate-client';
import type { Shown } from '../support/weaviate-collection.js';
import { pictures } from '../support/weaviate-images.js';
import { vectorize } from '../support/weaviate-module.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { combine, cosineDistance } from '../support/weaviate-vectors.js';

const TITLES = [
  'red harbour',
  'quiet street',
  'red mountain',
  'old bridge',
  'two cats',
  'a market',
  'snow',
  'night',
];
/** Distances as float32, of vectors that went through one more sum. */
const TOLERANCE = 1e-4;

for (const [label, model] of Object.entries(MODELS)) {
  describe(`queries in Weaviate, vectorised by the ${label}`, () => {
    let stack: Stack;
    let collection: Collection<Shown>;
    let images: string[];
    let imageVectors: readonly number[][];

    before(async () => {
      stack = await startStack({ model });
      images = await pictures(TITLES.length);
      ({ imageVectors } = await vectorize(stack.moduleUrl, { images }));
      collection = await stack.create(
        vectors.multi2VecClip({ imageFields: ['image'], inferenceUrl: stack.inferenceUrl }),
      );
      await collection.data.insertMany(
        images.map((image, at) => ({ properties: { image, title: TITLES[at] ?? '' } })),
      );
    });
    after(() => stack?.stop());

    /** What the query must give: every title with its distance to `vector`, nearest first. */
    function ranked(vector: readonly number[]): [title: string, distance: number][] {
      return imageVectors
        .map((image, at): [string, number] => [TITLES[at] ?? '', cosineDistance(image, vector)])
        .sort(([, a], [, b]) => a - b);
    }

    function expectRanking(
      {
        objects,
      }: { objects: { properties: { title?: unknown }; metadata?: { distance?: number } | undefined }[] },
      expected: [title: string, distance: number][],
    ): void {
      expect(objects.map(({ properties }) => properties.title)).to.deep.equal(
        expected.map(([title]) => title),
      );
      objects.forEach(({ metadata }, at) => {
        expect(metadata?.distance).to.be.closeTo(expected[at]?.[1] ?? NaN, TOLERANCE);
      });
    }
    const own = async (...texts: string[]) => (await vectorize(stack.moduleUrl, { texts })).textVectors;
    const distance = { returnMetadata: ['distance' as const] };

    it('rank by one concept as the module’s own vectors do', async () => {
      const [concept = []] = await own('a red harbour');
      expectRanking(await collection.query.nearText('a red harbour', distance), ranked(concept));
    });

    it('rank by the mean of several concepts', async () => {
      const concepts = await own('a red harbour', 'snow');
      expectRanking(
        await collection.query.nearText(['a red harbour', 'snow'], distance),
        ranked(combine(concepts)),
      );
    });

    it('move a concept towards others and away from others', async () => {
      const [source = [], towards = [], away = []] = await own('a street', 'at night', 'in the snow');
      const result = await collection.query.nearText('a street', {
        ...distance,
        moveTo: { concepts: ['at night'], force: 0.8 },
        moveAway: { concepts: ['in the snow'], force: 0.4 },
      });
      // Weaviate halves both forces, and moves away from where the first move led.
      const moved = combine([source, towards], [1 - 0.8 / 2, 0.8 / 2]);
      expectRanking(result, ranked(combine([moved, away], [1 + 0.4 / 2, -0.4 / 2])));
    });

    it('find an image by itself, at distance 0, with the others behind it', async () => {
      expectRanking(
        await collection.query.nearImage(images[4] ?? '', distance),
        ranked(imageVectors[4] ?? []),
      );
      const { objects } = await collection.query.nearImage(images[4] ?? '', { limit: 1, ...distance });
      expect(objects[0]?.properties.title).to.equal('two cats');
    });

    it('blend vectors with the words of a title in a hybrid query', async () => {
      const query = 'red';
      const { objects: byWords } = await collection.query.hybrid(query, { alpha: 0 });
      expect(byWords.map(({ properties }) => properties.title)).to.have.members([
        'red harbour',
        'red mountain',
      ]);
      const [concept = []] = await own(query);
      const { objects: byVector } = await collection.query.hybrid(query, { alpha: 1 });
      expect(byVector.map(({ properties }) => properties.title)).to.deep.equal(
        ranked(concept).map(([title]) => title),
      );
      const { objects: blended } = await collection.query.hybrid(query, {
        alpha: 0.5,
        queryProperties: ['title'],
      });
      expect(blended).to.have.length(TITLES.length);
      expect(blended.slice(0, 2).map(({ properties }) => properties.title)).to.include.oneOf([
        'red harbour',
        'red mountain',
      ]);
    });

    it('tell the user what is wrong with an image to search by', async () => {
      const broken = Buffer.from('GIF89a');
      const error = await collection.query.nearImage(broken).then(() => undefined, String);
      expect(error).to.match(/fail with status 422: images\[0\]: /);
    });
  });
}
