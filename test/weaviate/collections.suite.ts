import { expect } from 'chai';
import { vectors } from 'weaviate-client';
import { storedVector } from '../support/weaviate-collection.js';
import { picture, pictures } from '../support/weaviate-images.js';
import { answeredRequests, vectorize } from '../support/weaviate-module.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { combine, expectSameVector } from '../support/weaviate-vectors.js';

for (const [label, model] of Object.entries(MODELS)) {
  describe(`collections in Weaviate, vectorised by the ${label}`, () => {
    let stack: Stack;
    let inferenceUrl: string;
    before(async () => {
      stack = await startStack({ model });
      ({ inferenceUrl } = stack);
    });
    after(() => stack?.stop());

    const createImages = () => stack.create(vectors.multi2VecClip({ imageFields: ['image'], inferenceUrl }));

    it('store the module’s own vector of an image', async () => {
      const collection = await createImages();
      const image = await picture(1);
      const id = await collection.data.insert({ image, title: 'not vectorised' });
      const { imageVectors } = await vectorize(stack.moduleUrl, { images: [image] });
      expectSameVector(await storedVector(collection, id), imageVectors[0] ?? []);
    });

    it('store every vector of a batch with its own object', async () => {
      const collection = await createImages();
      const images = await pictures(20);
      const { uuids, errors } = await collection.data.insertMany(
        images.map((image, at) => ({ properties: { image, title: `picture ${at}` } })),
      );
      expect(errors).to.deep.equal({});
      const { imageVectors } = await vectorize(stack.moduleUrl, { images });
      for (const [at, vector] of imageVectors.entries()) {
        expectSameVector(await storedVector(collection, uuids[at] ?? ''), vector);
      }
      expect(await collection.length()).to.equal(20);
    });

    it('store the mean of texts and images, each with its weight', async () => {
      const collection = await stack.create(
        vectors.multi2VecClip({
          imageFields: [{ name: 'image', weight: 0.9 }],
          textFields: [{ name: 'title', weight: 0.1 }],
          inferenceUrl,
        }),
      );
      const [image, title] = [await picture(2), 'a cat on a sofa'];
      const id = await collection.data.insert({ image, title });
      const own = await vectorize(stack.moduleUrl, { images: [image], texts: [title] });
      expectSameVector(
        await storedVector(collection, id),
        combine([...own.textVectors, ...own.imageVectors], [0.1, 0.9]),
      );
    });

    it('store one vector for each named one, of its own fields', async () => {
      const collection = await stack.create([
        vectors.multi2VecClip({ name: 'look', imageFields: ['image'], inferenceUrl }),
        vectors.multi2VecClip({ name: 'words', textFields: ['title'], inferenceUrl }),
      ]);
      const [image, title] = [await picture(3), 'a harbour in the morning'];
      const id = await collection.data.insert({ image, title });
      const own = await vectorize(stack.moduleUrl, { images: [image], texts: [title] });
      expectSameVector(await storedVector(collection, id, 'look'), own.imageVectors[0] ?? []);
      expectSameVector(await storedVector(collection, id, 'words'), own.textVectors[0] ?? []);
    });

    it('ask for no vector when an update leaves the image as it is, and for one when it does not', async () => {
      const collection = await createImages();
      const [image, other] = await pictures(2, 10);
      const id = await collection.data.insert({ image: image ?? '', title: 'before' });
      const before = await answeredRequests(stack.moduleUrl);
      await collection.data.update({ id, properties: { title: 'after' } });
      await collection.data.replace({ id, properties: { image: image ?? '', title: 'replaced' } });
      expect(await answeredRequests(stack.moduleUrl)).to.equal(before);
      await collection.data.update({ id, properties: { image: other ?? '' } });
      expect(await answeredRequests(stack.moduleUrl)).to.equal(before + 1);
      const { imageVectors } = await vectorize(stack.moduleUrl, { images: [other ?? ''] });
      expectSameVector(await storedVector(collection, id), imageVectors[0] ?? []);
    });

    it('forget an object that is deleted', async () => {
      const collection = await createImages();
      const [image = '', other = ''] = await pictures(2, 20);
      const id = await collection.data.insert({ image, title: 'gone' });
      const kept = await collection.data.insert({ image: other, title: 'kept' });
      await collection.data.deleteById(id);
      const { objects } = await collection.query.nearImage(image);
      expect(objects.map(({ uuid }) => uuid)).to.deep.equal([kept]);
    });

    it('take a text of 500 words, cut to what the model reads', async () => {
      const collection = await stack.create(vectors.multi2VecClip({ textFields: ['title'], inferenceUrl }));
      const title = Array.from({ length: 500 }, (_, at) => `word${at}`).join(' ');
      const id = await collection.data.insert({ title });
      const { textVectors } = await vectorize(stack.moduleUrl, {
        texts: [title, title + ' a cat on a sofa'.repeat(99)],
      });
      for (const vector of textVectors) expectSameVector(await storedVector(collection, id), vector);
    });

    it('refuse a broken image alone, in words that reach the user, and take the rest of its batch', async () => {
      const collection = await createImages();
      const images = await pictures(6, 30);
      images[3] = Buffer.from('not an image at all').toString('base64');
      const { errors, uuids } = await collection.data.insertMany(
        images.map((image) => ({ properties: { image } })),
      );
      expect(Object.keys(errors)).to.deep.equal(['3']);
      expect(errors[3]?.message).to.match(
        /fail with status 422: images\[0\]: expected a JPEG, .* image, received 19 bytes of unknown format/,
      );
      expect(Object.keys(uuids)).to.deep.equal(['0', '1', '2', '4', '5']);
      expect(await collection.length()).to.equal(5);
    });
  });
}
