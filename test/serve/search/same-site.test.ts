import { expect } from 'chai';
import { requireOwnPage } from '../../../src/serve/search/same-site.js';
import { startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

describe('requireOwnPage', () => {
  let app: TestApp;

  before(async () => {
    app = await startTestApp({ guard: requireOwnPage([]) });
  });
  after(() => app.close());

  const vectorize = (headers: Record<string, string>) =>
    fetch(`${app.url}/vectorize`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{"texts":["a"],"images":[]}',
    }).then(({ status }) => status);

  it('lets programs through, and the page', async () => {
    expect(await vectorize({})).to.equal(200);
    expect(await vectorize({ Origin: app.url })).to.equal(200);
    expect(await vectorize({ Origin: app.url, 'Sec-Fetch-Site': 'same-origin' })).to.equal(200);
  });

  it("does no work for a page elsewhere in a visitor's browser", async () => {
    expect(await vectorize({ Origin: 'https://elsewhere.example' })).to.equal(400);
    expect(await vectorize({ Origin: 'null' })).to.equal(400);
    expect(await vectorize({ 'Sec-Fetch-Site': 'cross-site' })).to.equal(400);
  });

  it('answers an address that is typed into a browser', async () => {
    const response = await fetch(`${app.url}/meta`, { headers: { 'Sec-Fetch-Site': 'none' } });
    expect(response.status).to.equal(200);
  });
});
