import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { decodeHTML } from 'entities';
import { expect } from 'chai';
import { CONTRACTS } from '../../../src/serve/contracts/registry.js';
import { html } from '../../../src/serve/reference/html.js';
import { FAKE_MODEL, startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

const run = promisify(execFile);

describe('GET /docs', () => {
  let app: TestApp;
  let page: string;
  let headers: Headers;
  before(async () => {
    app = await startTestApp({ model: () => ({ ...FAKE_MODEL, modalities: ['image', 'text', 'audio'] }) });
    const response = await fetch(`${app.url}/docs`);
    headers = response.headers;
    page = await response.text();
  });
  after(() => app.close());

  const commands = () =>
    [...page.matchAll(/<pre tabindex="0"><code>([^<]*)<\/code>/g)].map(([, text = '']) => decodeHTML(text));

  it('has every operation of the document, with its example', async () => {
    const { paths } = (await (await fetch(`${app.url}/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()}-${path}`),
    );
    for (const id of operations) expect(page).to.contain(`<section id="${id}">`);
    expect(commands().length).to.be.greaterThan(CONTRACTS.length + 4);
  });

  it('has links that lead somewhere', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((target) => !ids.has(target))).to.deep.equal([]);
  });

  it('leads to the document for programs', () => expect(page).to.contain('<a href="/openapi.json">'));

  it('loads nothing, runs nothing and names no other host', () => {
    expect(headers.get('content-type')).to.equal('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).to.match(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri/,
    );
    expect(page).not.to.match(/<script|<link|<img|src=|@import|url\(/);
    expect([...new Set(page.match(/https?:\/\/[^\s/"'<&]+/g))]).to.deep.equal([app.url]);
  });

  it('has examples that are answered as they stand', async function () {
    this.timeout(60_000);
    for (const command of commands()) {
      const asked = command.replace(/^curl -s/, 'curl --fail-with-body -sS');
      const { stdout } = await run('bash', ['-c', asked]).catch(
        (error: { stdout: string; stderr: string }) => {
          throw new Error(`${command}\n${error.stdout}${error.stderr}`);
        },
      );
      if (command.includes('-d ')) expect(() => JSON.parse(stdout) as unknown, command).not.to.throw();
    }
  });

  it('is there before the model is, without a token, and answers no other method', async () => {
    const early = await startTestApp({
      operationsApart: true,
      lifecycle: { phase: () => 'starting' },
      model: () => {
        throw new Error('not loaded');
      },
    });
    const response = await fetch(`${early.url}/docs`);
    expect(response.status).to.equal(200);
    expect(await response.text()).not.to.contain('href="/openapi.json"'); // on another port
    expect((await fetch(`${early.url}/docs`, { method: 'POST' })).status).to.equal(405);
    await early.close();
  });

  it('puts in what it tells as text', () => {
    expect(html`<p title="${'"'}">${"<b>&'"}${html`<i>${1}</i>`}${[html`a`, html`b`]}</p>`.text).to.equal(
      '<p title="&quot;">&lt;b&gt;&amp;&#39;<i>1</i>ab</p>',
    );
  });
});
