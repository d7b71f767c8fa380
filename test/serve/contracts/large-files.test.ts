import { expect } from 'chai';
import { FAKE_MODEL, startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

const BYTES = 90_000;
const FILE = Buffer.alloc(BYTES, 7).toString('base64');
/** Its length, its first byte. */
const fileVector = [BYTES, 7, 0.1];
const LONG_TEXT = 'abcd'.repeat(20_000);
const textVector = [LONG_TEXT.length, 'a'.codePointAt(0), 0.1];

describe('large files in base64', () => {
  let app: TestApp;
  before(async () => {
    const limits = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: 2 ** 24,
      maxPendingBytes: 2 ** 25,
      minBodyRate: 0,
      bodyTimeoutMs: 60_000,
    };
    const model = { ...FAKE_MODEL, modalities: ['image', 'text', 'audio'] };
    app = await startTestApp({ limits, model: () => model });
  });
  after(() => app.close());

  const post = async (path: string, body: object | string): Promise<Record<string, unknown>> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${app.url}${path}`, { method: 'POST', body: text });
    return (await response.json()) as Record<string, unknown>;
  };

  it('are the same in each list of /vectorize, beside small ones and texts that look like them', async () => {
    const small = Buffer.alloc(30, 7).toString('base64');
    const answer = await post('/vectorize', {
      images: [FILE, small, FILE],
      audio: [FILE],
      texts: [LONG_TEXT],
    });
    expect(answer['imageVectors']).to.deep.equal([fileVector, [30, 7, 0.1], fileVector]);
    expect(answer['audioVectors']).to.deep.equal([fileVector]);
    expect(answer['textVectors']).to.deep.equal([textVector]);
  });

  it('are the same with slashes that are escaped, as some encoders write them', async () => {
    const slashes = Buffer.alloc(BYTES, 0xff).toString('base64');
    const answer = await post('/vectorize', `{"images":["${slashes.replaceAll('/', '\\/')}","${slashes}"]}`);
    expect(answer['imageVectors']).to.deep.equal([
      [BYTES, 0xff, 0.1],
      [BYTES, 0xff, 0.1],
    ]);
  });

  it('are the same on /vectors, and a text there is a text', async () => {
    expect((await post('/vectors', { id: 'a', image: FILE }))['vector']).to.deep.equal(fileVector);
    expect((await post('/vectors', { text: LONG_TEXT }))['vector']).to.deep.equal(textVector);
    expect((await post('/vectorize', { text: LONG_TEXT }))['vector']).to.deep.equal(textVector);
  });

  it('with a wrong character are refused by its place', async () => {
    const { error } = await post('/vectorize', { images: [FILE, `${FILE.slice(0, 40_000)}!${FILE}`] });
    expect(error).to.equal('images[1]: expected an image as base64, received "!" at position 40000');
  });

  it('where a list is to be are told as the strings that they are', async () => {
    const { error } = await post('/vectorize', { images: FILE });
    expect(error).to.equal('images: expected a list of strings, received a string');
  });
});
