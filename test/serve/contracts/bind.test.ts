import { expect } from 'chai';
import { FAKE_MODEL, startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

const SOUND = Buffer.from('RIFF');
const base64 = SOUND.toString('base64');
const soundVector = [4, 'R'.codePointAt(0), 0.1];

async function post({ url }: TestApp, body: object) {
  const response = await fetch(`${url}/vectorize`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The media keys of multi2vec-bind, whose values would be lost in silence if they were passed over. */
const KEYS = ['audio', 'video', 'imu', 'thermal', 'depth'] as const;

describe('multi2vec-bind, of a model of images and texts', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  for (const key of KEYS) {
    it(`is refused ${key} by name, and what stands beside it too`, async () => {
      expect(await post(app, { texts: ['a dog'], [key]: [base64] })).to.deep.equal({
        status: 400,
        body: {
          error: `${key}: the model fake has no ${key} tower loaded (MODALITIES); expected texts and images only`,
          code: 'invalid_request',
        },
      });
    });

    it(`does no harm with an empty ${key} or null, alone or beside others`, async () => {
      const empty = { textVectors: [], imageVectors: [] };
      expect(await post(app, { [key]: [] })).to.deep.equal({ status: 200, body: empty });
      expect(await post(app, { [key]: null, texts: [] })).to.deep.equal({ status: 200, body: empty });
    });

    it(`is told that ${key} is a list of strings`, async () => {
      for (const [value, received] of [
        ['UklGR', 'a string'],
        [7, 'a number'],
        [{}, 'an object'],
      ] as const) {
        const { status, body } = await post(app, { [key]: value });
        expect(status).to.equal(400);
        expect(body['error']).to.equal(`${key}: expected a list of strings, received ${received}`);
      }
      expect((await post(app, { [key]: [null] })).body['error']).to.equal(
        `${key}[0]: expected a string, received null`,
      );
    });
  }
});

describe('multi2vec-bind, of a model that has a tower for sounds, too', () => {
  let app: TestApp;
  before(async () => {
    const model = { ...FAKE_MODEL, modalities: ['image', 'text', 'audio'] };
    app = await startTestApp({ model: () => model });
  });
  after(() => app.close());

  it('is answered with a list of their vectors beside the two of texts and images', async () => {
    expect(await post(app, { audio: [base64, base64], texts: ['b'] })).to.deep.equal({
      status: 200,
      body: {
        textVectors: [[1, 'b'.codePointAt(0), 0.1]],
        imageVectors: [],
        audioVectors: [soundVector, soundVector],
      },
    });
    expect((await post(app, { audio: [] })).body).to.have.keys('textVectors', 'imageVectors', 'audioVectors');
    expect((await post(app, { texts: ['a'] })).body).to.have.keys('textVectors', 'imageVectors');
  });

  it('names the sound that is no base64', async () => {
    const { status, body } = await post(app, { audio: [base64, 'UklGR~'] });
    expect(status).to.equal(422);
    expect(body).to.deep.equal({
      error: 'audio[1]: expected a sound as base64, received "~" at position 5',
      code: 'invalid_media',
    });
  });

  it('counts sounds as items', async () => {
    const { status, body } = await post(app, { audio: Array<string>(9).fill(base64) });
    expect(status).to.equal(413);
    expect(body['error']).to.equal('expected at most 8 texts, images and audio (MAX_ITEMS), received 9');
  });

  it('names the towers that there are, for one that there is not', async () => {
    expect((await post(app, { depth: [base64] })).body['error']).to.equal(
      'depth: the model fake has no depth tower loaded (MODALITIES); expected texts, images and audio only',
    );
  });
});

describe('text2vec-gpt4all', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  it('is answered the text, its vector and how long that is', async () => {
    expect(await post(app, { text: 'thing number 1' })).to.deep.equal({
      status: 200,
      body: { text: 'thing number 1', vector: [14, 't'.codePointAt(0), 0.1], dim: 3 },
    });
    expect((await post(app, { text: '', texts: null })).body).to.have.property('text', '');
    expect((await post(app, { text: 'a', texts: [], images: [] })).body).to.have.property('dim', 3);
  });

  it('is refused beside lists, which would have it passed over', async () => {
    for (const body of [
      { text: 'a', texts: ['b'] },
      { text: 'a', images: ['R0lGODlh'], texts: null },
      { text: 7, texts: [] },
      { text: ['a'], texts: ['b'] },
    ])
      expect(await post(app, body), JSON.stringify(body)).to.deep.equal({
        status: 400,
        body: {
          error:
            'body: expected either "text" or lists under texts and images, received both; a list of texts is "texts"',
          code: 'invalid_request',
        },
      });
  });

  it('asks for nothing as null or as an empty list, so that the lists beside it are answered', async () => {
    for (const text of [null, []])
      expect((await post(app, { text, texts: ['b'] })).body).to.have.keys('textVectors', 'imageVectors');
  });

  it('is not what is meant by a text that is no string', async () => {
    for (const text of [7, ['a'], null]) {
      const { status, body } = await post(app, { text });
      expect(status).to.equal(400);
      expect(body['error']).to.equal('body: expected "texts" or "images" among its keys, received "text"');
    }
  });

  it('has a label of its own in the metrics', async () => {
    await post(app, { text: 'a' });
    const text = await app.metrics.registry.getSingleMetricAsString('handspring_requests_total');
    expect(text).to.match(/route="gpt4all",modality="text",outcome="ok"\} [1-9]/);
  });
});
