import { expect } from 'chai';
import { vectors } from 'weaviate-client';
import type { Collection } from 'weaviate-client';
import { metricIn } from '../support/metric.js';
import { storedVector } from '../support/weaviate-collection.js';
import type { Shown } from '../support/weaviate-collection.js';
import { errorOf } from '../support/weaviate-error.js';
import { pictures } from '../support/weaviate-images.js';
import { vectorize } from '../support/weaviate-module.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { cosineDistance } from '../support/weaviate-vectors.js';

const TITLES = ['red harbour', 'quiet street', 'old bridge', 'two cats'];
const TOLERANCE = 1e-4;
const TOKEN = 't0ken-of-the-test';
const MAX_TEXT_CHARS = 1000;
const TITLE_ALONE = { sourceProperties: ['title'] as ['title'], vectorizeCollectionName: false };

/** Every module whose inference runs in a container of one's own, and where each looks for it. */
const ADDRESSES = {
  'multi2vec-clip': 'CLIP_INFERENCE_API',
  'multi2vec-bind': 'BIND_INFERENCE_API',
  'img2vec-neural': 'IMAGE_INFERENCE_API',
  'text2vec-transformers': 'TRANSFORMERS_INFERENCE_API',
  'text2vec-model2vec': 'MODEL2VEC_INFERENCE_API',
  'text2vec-gpt4all': 'GPT4ALL_INFERENCE_API',
};

/** A vector of each module by itself. */
const ALONE = {
  'multi2vec-clip': vectors.multi2VecClip({ name: 'alone', imageFields: ['image'], textFields: ['title'] }),
  'multi2vec-bind': vectors.multi2VecBind({ name: 'alone', imageFields: ['image'], textFields: ['title'] }),
  'img2vec-neural': vectors.img2VecNeural({ name: 'alone', imageFields: ['image'] }),
  'text2vec-transformers': vectors.text2VecTransformers({ name: 'alone', ...TITLE_ALONE }),
  'text2vec-model2vec': vectors.text2VecModel2Vec({ name: 'alone', ...TITLE_ALONE }),
  'text2vec-gpt4all': vectors.text2VecGPT4All({ name: 'alone', ...TITLE_ALONE }),
} satisfies Record<keyof typeof ADDRESSES, object>;

type Alone = (typeof ALONE)[keyof typeof ALONE];

/** With the token in the address, which is all that these modules can be told of one. */
const variables = (inferenceUrl: string) => ({
  ENABLE_MODULES: Object.keys(ADDRESSES).join(),
  ...Object.fromEntries(
    Object.values(ADDRESSES).map((name) => [name, inferenceUrl.replace('//', `//any:${TOKEN}@`)]),
  ),
});

describe("Weaviate's six modules at one address", () => {
  let stack: Stack;
  let images: string[];
  let collection: Collection<Shown>;
  let ids: string[];

  before(async () => {
    stack = await startStack({
      model: MODELS.starter,
      flags: ['--allowed-tokens', TOKEN, '--max-text-chars', String(MAX_TEXT_CHARS)],
      variables,
    });
    images = await pictures(TITLES.length);
    collection = await stack.create([
      vectors.multi2VecClip({ name: 'clip', imageFields: ['image'], textFields: ['title'] }),
      vectors.multi2VecBind({ name: 'bind', imageFields: ['image'], textFields: ['title'] }),
      vectors.img2VecNeural({ name: 'img2vec', imageFields: ['image'] }),
      vectors.text2VecTransformers({ name: 'text2vec', ...TITLE_ALONE }),
      vectors.text2VecModel2Vec({ name: 'model2vec', ...TITLE_ALONE }),
      vectors.text2VecGPT4All({ name: 'gpt4all', ...TITLE_ALONE }),
    ]);
    const { uuids, errors } = await collection.data.insertMany(
      images.map((image, at) => ({ properties: { image, title: TITLES[at] ?? '' } })),
    );
    expect(errors).to.deep.equal({});
    ids = Object.values(uuids);
  });
  after(() => stack?.stop());

  const ownVectors = () =>
    vectorize(
      stack.moduleUrl,
      { texts: [...TITLES, ...TITLES.map((title) => `title ${title}`)], images },
      TOKEN,
    );

  it('give each named vector of an object what its module is to', async () => {
    const { textVectors, imageVectors } = await ownVectors();
    for (const [at, id] of ids.entries()) {
      const [text, image] = [textVectors[at]!, imageVectors[at]!];
      const mean = text.map((x, i) => (x + image[i]!) / 2);
      const titled = textVectors[TITLES.length + at]!;
      for (const [name, expected] of Object.entries({
        clip: mean,
        bind: mean,
        img2vec: image,
        text2vec: titled,
        model2vec: titled,
        gpt4all: titled,
      })) {
        const stored = (await storedVector(collection, id, name)) ?? [];
        expect(cosineDistance(stored, expected), `${name} of ${TITLES[at]}`).to.be.below(TOLERANCE);
      }
    }
  });

  it('find by words', async () => {
    for (const targetVector of ['text2vec', 'model2vec', 'gpt4all'] as const) {
      const { objects } = await collection.query.nearText('two cats', { limit: 1, targetVector } as object);
      expect(objects[0]?.properties.title, targetVector).to.equal('two cats');
    }
    for (const targetVector of ['clip', 'bind'] as const) {
      const { objects } = await collection.query.nearText('two cats', { limit: 4, targetVector } as object);
      expect(objects, targetVector).to.have.length(TITLES.length);
    }
  });

  it('find by image', async () => {
    const image = Buffer.from(images[2]!, 'base64');
    for (const targetVector of ['clip', 'bind', 'img2vec'] as const) {
      const { objects } = await collection.query.nearImage(image, { limit: 1, targetVector } as object);
      expect(objects[0]?.properties.title, targetVector).to.equal(TITLES[2]);
    }
  });

  it('follow an update of the text and leave the vector of the image alone', async () => {
    const id = ids[0]!;
    const before = await storedVector(collection, id, 'img2vec');
    await collection.data.update({ id, properties: { title: 'a green field' } });
    const [expected] = (await vectorize(stack.moduleUrl, { texts: ['title a green field'] }, TOKEN))
      .textVectors;
    expect(cosineDistance((await storedVector(collection, id, 'text2vec')) ?? [], expected!)).to.be.below(
      TOLERANCE,
    );
    expect(await storedVector(collection, id, 'img2vec')).to.deep.equal(before);
  });

  for (const [module, vectorizer] of Object.entries(ALONE)) {
    it(`refuse what is broken, and store the others, for ${module}`, async () => {
      const own = await stack.create([vectorizer]);
      const isOfImages = module === 'img2vec-neural' || module.startsWith('multi2vec');
      const [image = ''] = images;
      const broken = isOfImages
        ? { image: Buffer.from('no image').toString('base64'), title: 'broken' }
        : { image, title: 'too long '.repeat(MAX_TEXT_CHARS / 5) };
      const { errors, uuids } = await own.data.insertMany([
        { properties: { image, title: 'good' } },
        { properties: broken },
        { properties: { image: images[1] ?? '', title: 'good too' } },
      ]);
      expect(Object.keys(errors)).to.deep.equal(['1']);
      // Of a refusal img2vec-neural passes on nothing but its status.
      expect(errors[1]?.message).to.match(
        isOfImages ? /expected a JPEG, PNG, WebP|fail with status 422/ : /MAX_TEXT_CHARS/,
      );
      expect((await own.aggregate.overAll()).totalCount).to.equal(2);
      for (const id of [uuids[0], uuids[2]])
        expect(await storedVector(own, id ?? '', 'alone')).to.have.length.greaterThan(0);
    });
  }

  it('refuse a sound that no tower can embed, by the key of the field', async () => {
    const sounds = await stack.create([
      vectors.multi2VecBind({ name: 'bind', textFields: ['title'], audioFields: ['image'] }),
    ]);
    const failure = await sounds.data
      .insert({ title: 'a dog', image: Buffer.from('RIFF').toString('base64') })
      .catch((error: Error) => error.message);
    expect(failure).to.include('audio: the model starter has no audio tower');
  });

  it('are told apart in the metrics', async () => {
    const text = await (await fetch(`${stack.moduleUrl}/metrics`)).text();
    const count = (route: string, modality: string) =>
      metricIn(text, `handspring_requests_total{route="${route}",modality="${modality}",outcome="ok"}`);
    expect(count('img2vec', 'image')).to.be.at.least(TITLES.length);
    expect(count('text2vec', 'text')).to.be.at.least(TITLES.length);
    expect(count('gpt4all', 'text')).to.be.at.least(TITLES.length);
    expect(count('vectorize', 'both')).to.be.at.least(2 * TITLES.length);
  });
});

for (const [modality, answered, refused] of [
  ['image', 'img2vec-neural', 'text2vec-transformers'],
  ['text', 'text2vec-transformers', 'img2vec-neural'],
] as const) {
  describe(`Weaviate's six modules at an address with a tower for ${modality} alone`, () => {
    let stack: Stack;
    before(async () => {
      const flags = ['--allowed-tokens', TOKEN, '--modalities', modality];
      stack = await startStack({ model: MODELS.starter, flags, variables });
    });
    after(() => stack?.stop());

    const insert = async (vectorizer: Alone) => {
      const collection = await stack.create([vectorizer]);
      const [image = ''] = await pictures(1);
      const id = await collection.data.insert({ image, title: 'red harbour' });
      return storedVector(collection, id, 'alone');
    };

    it(`start, and ${answered} has its vectors`, async () => {
      expect(await insert(ALONE[answered])).to.have.length.greaterThan(0);
    });

    it(`refuse what ${refused} asks, by name where the module passes it on`, async () => {
      const { message } = await errorOf(insert(ALONE[refused]));
      expect(message).to.match(/started without the (?:text|image) tower|fail with status 4\d\d/);
    });

    it('say so in what Weaviate tells of its modules', async () => {
      const { modules } = await stack.client.getMeta();
      const { handspring } = (modules as Record<string, { handspring: Record<string, unknown> }>)[
        'multi2vec-clip'
      ]!;
      expect(handspring['modalities']).to.deep.equal([modality]);
      expect(handspring['remark']).to.match(/^no (?:text|image) tower is loaded/);
    });
  });
}
