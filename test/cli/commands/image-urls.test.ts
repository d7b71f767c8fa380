import { expect } from 'chai';
import { pino } from 'pino';
import { startServer } from '../../../src/cli/commands/start-server.js';
import type { RunningServer } from '../../../src/cli/commands/start-server.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import { fixtureFolder, readPixelFile } from '../../support/model-fixture.js';
import { startPhotos } from '../../serve/image-addresses/photo-servers.js';
import type { PhotoServer } from '../../serve/image-addresses/photo-servers.js';

const PHOTO = readPixelFile('jpeg-420.jpg');

interface Answer {
  readonly status: number;
  readonly body: { readonly embeddings?: { readonly float: number[][] }; readonly message?: string };
}

describe('a service with IMAGE_URLS', () => {
  let photos: PhotoServer;
  let server: RunningServer;
  let origin: string;
  before(async () => {
    photos = await startPhotos((_request, response) => response.end(PHOTO));
    origin = `http://localhost:${photos.port}`;
    const env = { IMAGE_URLS: `private:${origin}`, MODEL: fixtureFolder('clip'), MAX_PENDING_ITEMS: '16' };
    const config = loadConfig('serve', { flags: { host: '127.0.0.1', port: '0' }, env });
    server = await startServer(config, pino({ level: 'silent' }));
  });
  after(async () => {
    await server.stop();
    await photos.close();
  });

  const ask = async (images: readonly string[]): Promise<Answer> => {
    const body = JSON.stringify({ images });
    const response = await fetch(`${server.url}/v2/embed`, { method: 'POST', body });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };

  it('gives an image by its address the vector that it has as base64', async () => {
    const { body } = await ask([PHOTO.toString('base64'), `${origin}/a.jpg`]);
    const [sent, fetched] = body.embeddings?.float ?? [];
    expect(fetched).to.have.length.greaterThan(0).and.to.deep.equal(sent);
    expect(photos.asked).to.deep.equal([`localhost:${photos.port}/a.jpg`]);
  });

  it('answers more of them than are waited for at once, where they are all that is asked', async () => {
    const { status, body } = await ask(Array.from({ length: 12 }, () => `${origin}/a.jpg`));
    expect([status, body.embeddings?.float.length]).to.deep.equal([200, 12]);
  });

  it('has no part of a request answered whose other part is not allowed', async () => {
    const { status, body } = await ask([`${origin}/a.jpg`, `http://127.0.0.1:${photos.port}/a.jpg`]);
    expect([status, body.message]).to.deep.equal([422, 'images[1]: the address could not be used']);
  });
});
