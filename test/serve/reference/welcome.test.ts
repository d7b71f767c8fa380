import { expect } from 'chai';
import { parseRate } from '../../../src/serve/access/rate.js';
import { FAKE_MODEL, startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

const WELCOME = { notice: '', asksForKeys: false, maxItems: 64, maxTexts: 2048, maxBodyBytes: 2 ** 26 };

describe('the page at /', () => {
  let app: TestApp;
  afterEach(() => app.close());

  const open = (accept = 'text/html,application/xhtml+xml,*/*;q=0.8') =>
    fetch(app.url, { headers: { accept } });

  it('tells people what this is, how much they may ask for, and where the reference is', async () => {
    const model = { ...FAKE_MODEL, modalities: ['image', 'text', 'audio'] };
    const limits = { rate: parseRate('600/m'), quota: parseRate('100000/d') };
    app = await startTestApp({ welcome: { ...WELCOME, ...limits }, model: () => model });
    const response = await open();
    expect(response.headers.get('content-security-policy')).to.match(
      /^default-src 'none'; style-src 'sha256-/,
    );
    const page = await response.text();
    expect(page)
      .to.contain('turns images, texts and sounds into vectors')
      .and.to.contain('<code>fake</code>; a vector has 3 numbers');
    expect(page).to.contain('<li>600 items in a minute; a key may have others</li>');
    expect(page)
      .to.contain('<li>100000 items in a day; a key may have others</li>')
      .and.to.contain('<li>64 MiB in a request</li>');
    expect(page).to.contain('It asks for no key.').and.to.contain('<a href="/docs">');
    expect(page).not.to.match(/<script|<link|<img|src=|@import|url\(/);
  });

  it("has the operator's words, as text, with links", async () => {
    const notice =
      'Write to keys@example.org, or see\nhttps://example.org/keys?a=1&b=2.\n\n<b>Be kind.</b>\n';
    app = await startTestApp({ welcome: { ...WELCOME, notice, asksForKeys: true } });
    const page = await (await open()).text();
    expect(page).to.contain('<a href="mailto:keys@example.org">keys@example.org</a>, or see');
    expect(page).to.contain(
      '<a href="https://example.org/keys?a=1&amp;b=2">https://example.org/keys?a=1&amp;b=2</a>.</p>',
    );
    expect(page).to.contain('<p>&lt;b&gt;Be kind.&lt;/b&gt;</p>').and.to.contain('Authorization: Bearer KEY');
  });

  it('is there while the model is loaded', async () => {
    app = await startTestApp({ welcome: WELCOME, lifecycle: { phase: () => 'starting' } });
    expect(await (await open()).text()).to.contain('The model is being loaded.');
  });

  it('is for people: programs are told that there is nothing, as everywhere', async () => {
    app = await startTestApp({ welcome: WELCOME });
    for (const accept of ['*/*', 'application/json']) {
      const response = await open(accept);
      expect([response.status, ((await response.json()) as { code: string }).code], accept).to.deep.equal([
        404,
        'not_found',
      ]);
    }
    await app.close();
    app = await startTestApp();
    expect((await open()).status).to.equal(404);
  });
});
