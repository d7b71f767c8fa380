import { expect } from 'chai';
import { vectors } from 'weaviate-client';
import type { Collection } from 'weaviate-client';
import { metricIn } from '../support/metric.js';
import { storedVector } from '../support/weaviate-collection.js';
import type { Shown } from '../support/weaviate-collection.js';
import { pictures } from '../support/weaviate-images.js';
import { vectorize } from '../support/weaviate-module.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { cosineDistance } from '../support/weaviate-vectors.js';

const TITLES = ['red harbour', 'quiet street', 'old bridge', 'two cats'];
const TOLERANCE = 1e-4;

/** Without the collection's name, which stands before the text by default; the property's does, in this client. */
const TITLE_ALONE = { sourceProperties: ['title'] as ['title'], vectorizeCollectionName: false };

/** Modules that call an API of their maker, unless a collection names another address: ours. */
const VARIABLES = {
  ENABLE_MODULES:
    'multi2vec-clip,multi2vec-jinaai,multi2vec-nvidia,multi2vec-cohere,text2vec-cohere,text2vec-huggingface,text2vec-ollama',
  JINAAI_APIKEY: 'any',
  COHERE_APIKEY: 'any',
  NVIDIA_APIKEY: 'any',
};

describe("Weaviate's modules for the APIs of others, at our address", () => {
  let stack: Stack;
  let images: string[];
  before(async () => {
    stack = await startStack({ model: MODELS.starter, variables: VARIABLES });
    images = await pictures(TITLES.length);
  });
  after(() => stack?.stop());

  /** The vectorizers of the client, which names each module. */
  const jina = (model: string) =>
    vectors.multi2VecJinaAI({
      imageFields: ['image'],
      textFields: ['title'],
      model,
      baseURL: stack.inferenceUrl,
    });

  async function requestsOf(route: string): Promise<number> {
    const text = await (await fetch(`${stack.moduleUrl}/metrics`)).text();
    return metricIn(text, `handspring_requests_total{route="${route}",modality="both",outcome="ok"}`);
  }

  describe('multi2vec-jinaai', () => {
    let collection: Collection<Shown>;
    before(async () => {
      collection = await stack.create(jina('starter'));
    });

    it('gives objects the mean of the vectors of their images and texts', async () => {
      const { uuids } = await collection.data.insertMany(
        images.map((image, at) => ({ properties: { image, title: TITLES[at] ?? '' } })),
      );
      expect(Object.values(uuids)).to.have.length(TITLES.length);
      const { textVectors, imageVectors } = await vectorize(stack.moduleUrl, { texts: TITLES, images });
      for (const [at, id] of Object.values(uuids).entries()) {
        const stored = await storedVector(collection, id);
        const mean = textVectors[at]!.map((x, i) => (x + imageVectors[at]![i]!) / 2);
        expect(cosineDistance(stored ?? [], mean)).to.be.below(TOLERANCE);
      }
      expect(await requestsOf('openai')).to.be.greaterThan(0);
    });

    it('finds by words and by image', async () => {
      const byWords = await collection.query.nearText('two cats', { limit: 4, returnMetadata: ['distance'] });
      const byImage = await collection.query.nearImage(Buffer.from(images[2]!, 'base64'), { limit: 1 });
      expect(byWords.objects.map(({ properties }) => properties.title)).to.have.members(TITLES);
      expect(byImage.objects[0]?.properties.title).to.equal(TITLES[2]);
    });

    it('tells the user what is wrong with an image, in our words', async () => {
      const failure = await collection.data
        .insert({ image: Buffer.from('no image').toString('base64'), title: 'broken' })
        .catch((error: Error) => error.message);
      expect(failure).to.include('expected a JPEG, PNG, WebP');
    });
  });

  it("tells the user that another model is asked for, as multi2vec-jinaai's own default is", async () => {
    const collection = await stack.create(jina('jina-clip-v2'));
    const failure = await collection.data.insert({ title: 'a' }).catch((error: Error) => error.message);
    expect(failure).to.include('whose vectors have 384 dimensions, received');
  });

  for (const [module, toVectorizer] of [
    ['multi2vec-cohere', vectors.multi2VecCohere],
    ['multi2vec-nvidia', vectors.multi2VecNvidia],
  ] as const)
    describe(module, () => {
      let collection: Collection<Shown>;
      before(async () => {
        const { inferenceUrl: baseURL } = stack;
        collection = await stack.create(
          toVectorizer({ imageFields: ['image'], textFields: ['title'], model: 'starter', baseURL }),
        );
      });

      it('gives objects the mean of the vectors of their images and texts, and finds by both', async () => {
        const { uuids } = await collection.data.insertMany(
          images.map((image, at) => ({ properties: { image, title: TITLES[at] ?? '' } })),
        );
        expect(Object.values(uuids)).to.have.length(TITLES.length);
        const { textVectors, imageVectors } = await vectorize(stack.moduleUrl, { texts: TITLES, images });
        for (const [at, id] of Object.values(uuids).entries()) {
          const mean = textVectors[at]!.map((x, i) => (x + imageVectors[at]![i]!) / 2);
          expect(cosineDistance((await storedVector(collection, id)) ?? [], mean)).to.be.below(TOLERANCE);
        }
        const byWords = await collection.query.nearText('two cats', { limit: 4 });
        const byImage = await collection.query.nearImage(Buffer.from(images[2]!, 'base64'), { limit: 1 });
        expect(byWords.objects).to.have.length(TITLES.length);
        expect(byImage.objects[0]?.properties.title).to.equal(TITLES[2]);
      });

      it('tells the user what is wrong with an image, in our words', async () => {
        const failure = await collection.data
          .insert({ image: Buffer.from('no image').toString('base64'), title: 'broken' })
          .catch((error: Error) => error.message);
        expect(failure).to.include('expected a JPEG, PNG, WebP');
      });
    });

  /** Texts alone, and the same failure of each: the model's name, or where there is none to give, a text that is too long. */
  const TEXT_MODULES = {
    'text2vec-huggingface': () =>
      vectors.text2VecHuggingFace({
        endpointURL: `${stack.inferenceUrl}/embed`,
        ...TITLE_ALONE,
      }),
    'text2vec-ollama': (model = 'starter') =>
      vectors.text2VecOllama({
        apiEndpoint: stack.inferenceUrl,
        model,
        ...TITLE_ALONE,
      }),
    'text2vec-cohere': (model = 'starter') =>
      vectors.text2VecCohere({ baseURL: stack.inferenceUrl, model, ...TITLE_ALONE }),
  };

  for (const [module, vectorizer] of Object.entries(TEXT_MODULES)) {
    it(`${module} gives objects the vectors of their texts, and finds by words`, async () => {
      const collection = await stack.create(vectorizer());
      const { uuids } = await collection.data.insertMany(TITLES.map((title) => ({ properties: { title } })));
      expect(Object.values(uuids)).to.have.length(TITLES.length);
      const { textVectors } = await vectorize(stack.moduleUrl, {
        texts: TITLES.map((title) => `title ${title}`),
      });
      for (const [at, id] of Object.values(uuids).entries()) {
        const stored = await storedVector(collection, id);
        expect(cosineDistance(stored ?? [], textVectors[at]!)).to.be.below(TOLERANCE);
      }
      const { objects } = await collection.query.nearText('two cats', { limit: 1 });
      expect(objects[0]?.properties.title).to.equal('two cats');
    });
  }

  for (const module of ['text2vec-ollama', 'text2vec-cohere'] as const) {
    it(`${module} tells the user in our words that another model is asked for`, async () => {
      const collection = await stack.create(TEXT_MODULES[module]('embed-multilingual-v3.0'));
      const failure = await collection.data.insert({ title: 'a' }).catch((error: Error) => error.message);
      expect(failure).to.include('whose vectors have 384 dimensions, received');
    });
  }

  it('text2vec-huggingface tells the user in our words what is wrong', async () => {
    const collection = await stack.create(TEXT_MODULES['text2vec-huggingface']());
    const failure = await collection.data
      .insert({ title: 'a'.repeat(100_001) })
      .catch((error: Error) => error.message);
    expect(failure).to.include('MAX_TEXT_CHARS');
  });
});
