import { expect } from 'chai';
import { pino } from 'pino';
import type { Contract } from '../../../src/serve/contracts/contract.js';
import { imageContent } from '../../../src/serve/contracts/image-content.js';
import { CONTRACTS } from '../../../src/serve/contracts/registry.js';
import { parseAllowedHosts } from '../../../src/serve/image-addresses/allowed-hosts.js';
import { ImageAddresses } from '../../../src/serve/image-addresses/image-addresses.js';
import { createMetrics } from '../../../src/serve/metrics.js';
import { startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';
import { startPhotos } from '../image-addresses/photo-servers.js';
import type { PhotoServer } from '../image-addresses/photo-servers.js';

/** `["<image>", …]` → the vectors. */
const pictures: Contract = {
  name: 'pictures',
  path: '/pictures',
  parse: (body, served) => ({
    items: (body as string[]).map((text, at) => ({
      modality: 'image',
      name: `input[${at}]`,
      content: imageContent(`input[${at}]`, text, served),
    })),
    counts: {},
    render: ({ vectors }) => vectors.map((vector) => vector.slice(0, 2)),
  }),
  operation: { summary: 'Pictures', request: {}, answer: {}, example: [] },
};

/** What is taken for base64, and so for an image. */
const IMAGES = ['R0lG', ' R0lG\n', 'data:image/gif;base64,R0lG', ' DATA:image/gif;base64,R0lG'];

const ADDRESSES = [
  'https://photos.test/a.jpg',
  ' HTTP://photos.test/',
  'file:///etc/passwd',
  'x-y+z.1:a',
  'C:R0lG',
];

describe('what stands for an image', () => {
  let photos: PhotoServer;
  let app: TestApp | undefined;
  before(async () => {
    photos = await startPhotos((_request, response) => response.end('GIF89a'));
  });
  after(() => photos.close());
  afterEach(() => app?.close());

  const start = async (hosts: string) => {
    const metrics = createMetrics();
    const log = pino({ level: 'silent' });
    const imageAddresses =
      hosts === 'off'
        ? undefined
        : new ImageAddresses({
            hosts: parseAllowedHosts(hosts),
            maxImageBytes: 100,
            maxWaiting: 8,
            log,
            metrics,
          });
    app = await startTestApp({ contracts: [pictures, ...CONTRACTS], imageAddresses, log });
    return async (path: string, body: object) => {
      const response = await fetch(`${app?.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    };
  };

  it('is base64, or a data URI', async () => {
    const post = await start('off');
    expect((await post('/pictures', IMAGES)).answer).to.deep.equal(IMAGES.map(() => [3, 'G'.charCodeAt(0)]));
  });

  for (const address of ADDRESSES) {
    it(`is refused where addresses are off: ${address}`, async () => {
      const post = await start('off');
      const { status, answer } = await post('/pictures', ['R0lG', address]);
      expect(status).to.equal(400);
      expect(answer['code']).to.equal('image_urls_off');
      expect(answer['error']).to.match(/^input\[1\]: expected an image as base64 .* \(IMAGE_URLS\)$/);
    });
  }

  it('is told apart by its beginning alone, as it may be megabytes of base64', () => {
    const fetchImage = () => expect.fail('it is no address');
    for (const text of [`${'a'.repeat(40)}:b`, `${' '.repeat(100)}https://photos.test/`])
      expect(() => imageContent('input', text, { fetchImage })).to.throw(
        'input: expected an image as base64',
      );
  });

  it('is fetched where its host is named, and what is not leaves the others unanswered', async () => {
    const origin = `http://127.0.0.1:${photos.port}`;
    const post = await start(`private:${origin}`);
    expect((await post('/pictures', ['R0lG', `${origin}/a.gif`])).answer).to.deep.equal([
      [3, 'G'.charCodeAt(0)],
      [6, 'G'.charCodeAt(0)],
    ]);
    expect(await app?.metrics.bodyBytesAdmitted.get()).to.have.nested.property('values[0].value', 0);
  });

  it('is never fetched for /vectorize', async () => {
    const origin = `http://127.0.0.1:${photos.port}`;
    const post = await start(`private:${origin}`);
    const before = photos.connections();
    const { status, answer } = await post('/vectorize', { images: [`${origin}/a.gif`] });
    expect(status).to.equal(422);
    expect(answer['error']).to.include('images[0]: expected an image as base64');
    expect(photos.connections()).to.equal(before);
  });
});
