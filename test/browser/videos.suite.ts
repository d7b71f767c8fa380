import axe from 'axe-core';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { MEDIA_KINDS } from '../../src/photos/media/kinds.js';
import { createFilm } from '../photos/index/colour-film.js';
import { createPhoto } from '../photos/index/colour-photo.js';
import { createSound } from '../photos/index/colour-sound.js';
import { FFMPEG } from '../support/ffmpeg.js';
import { launchChromium } from './chromium.js';
import { startColourPage } from './colour-page.js';
import type { ColourPageOptions } from './colour-page.js';
import { dropFiles } from './drag.js';
import { gatherProblems } from './problems.js';

const WIDTHS = [1600, 900, 390] as const;

describe('videos on the search page', function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let under: Awaited<ReturnType<typeof startColourPage>>;

  before(async function () {
    const launched = await launchChromium();
    if (launched === undefined || !FFMPEG) return this.skip();
    browser = launched;
    under = await startOver();
  });
  after(async () => {
    await browser?.close();
    await under?.stop();
  });
  beforeEach(() => {
    problems = [];
  });
  afterEach(async () => {
    await page.close();
    expect(problems).to.deep.equal([]);
  });

  async function startOver(options: ColourPageOptions = {}) {
    const files = {
      'red.png': await createPhoto('red'),
      'blue.png': await createPhoto('blue'),
      'red-call.wav': createSound('red', 2),
      'red-film.webm': createFilm('red', { seconds: 4 }),
      'blue-film.webm': createFilm('blue', { size: '90x160' }),
    };
    const started = await startColourPage(files, { kinds: MEDIA_KINDS, ...options });
    await started.store.start();
    return started;
  }

  async function open(address = '', url = under.url, options: object = {}): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    gatherProblems(page, problems);
    await page.goto(`${url}/${address}`);
    await page.locator('.card').first().waitFor();
  }
  const strip = () => page.getByRole('region', { name: 'Videos' });
  const firstFilm = () => strip().locator('.card').first();
  /** The page's own policy forbids what Playwright waits by. */
  const until = async (expression: string) => {
    while (!(await page.evaluate<boolean>(expression))) await page.waitForTimeout(50);
  };
  const seen = (selector: string) => `document.querySelector('${selector}')`;

  it('stand in a row of their own, with a frame of each and how long it is', async () => {
    await open('?q=red');
    await firstFilm().locator('.name', { hasText: 'red-film.webm' }).waitFor({ state: 'attached' });
    expect(await firstFilm().locator('.duration').innerText()).to.equal('0:04');
    await until(`${seen('.film img')}?.naturalWidth === 160`);
    expect(await page.locator('#query').getAttribute('placeholder')).to.equal(
      'Describe a photo, a sound or a video',
    );
    expect(await page.locator('#filter option').first().textContent()).to.equal('all files');
  });

  it('are as wide as they are themselves, and on a phone the search box has a word that it has room for', async () => {
    await open('?q=blue', under.url, { viewport: { width: 390, height: 844 } });
    await firstFilm().locator('.name', { hasText: 'blue-film.webm' }).waitFor({ state: 'attached' });
    const widths = await strip()
      .locator('.card')
      .evaluateAll((cards) => cards.map((card) => card.clientWidth / card.clientHeight));
    expect(widths[0], 'of 90 × 160, wide enough for its length').to.be.within(0.5, 1);
    expect(widths[1], 'of 160 × 90').to.be.within(1.7, 1.8);
    expect(await page.locator('#query').getAttribute('placeholder')).to.equal('Search');
  });

  it('are drawn by the browser where the service makes no image of them', async () => {
    const plain = await startOver({ makesPosters: false });
    try {
      await open('?q=red', plain.url);
      await until(`${seen('.film video')}?.videoWidth === 160`);
      expect(await page.locator('.card.broken').count()).to.equal(0);
      // The browser says so of every image that is refused.
      problems = problems.filter((problem) => !problem.startsWith('Failed to load'));
    } finally {
      await plain.stop();
    }
  });

  it('are opened large, played, moved within, and closed in silence', async () => {
    await open('?q=red');
    await firstFilm().locator('.open').click();
    await until(`${seen('#viewer-video')}.readyState >= 1`);
    expect(await page.locator('#viewer-facts').innerText()).to.match(/0:04 · 160 × 90/);
    expect(await page.locator('#viewer-image').isVisible()).to.equal(false);
    await page.evaluate(`(${seen('#viewer-video')}.currentTime = 3, ${seen('#viewer-video')}.play())`);
    await until(`${seen('#viewer-video')}.currentTime > 3.1`);
    await page.keyboard.press('Escape');
    await page.locator('#viewer').waitFor({ state: 'hidden' });
    expect(await page.evaluate(`${seen('#viewer-video')}.hasAttribute('src')`)).to.equal(false);
  });

  it('find photos, are found by them, and are searched by when they are dropped', async () => {
    await open();
    await page.locator('.film', { hasText: 'blue-film' }).locator('.open').focus();
    await page.keyboard.press('m');
    await page.locator('#results .card').first().locator('.name', { hasText: 'blue.png' }).waitFor();
    await page.locator('#subject').filter({ hasText: 'like blue-film.webm' }).waitFor();
    const film = { name: 'dropped.webm', bytes: createFilm('red'), type: 'video/webm' };
    await dropFiles(page, '#drop-search', [film]);
    await page.locator('#subject').filter({ hasText: 'like your video dropped.webm' }).waitFor();
    await firstFilm().locator('.name', { hasText: 'red-film.webm' }).waitFor({ state: 'attached' });
  });

  for (const width of WIDTHS)
    it(`leave axe nothing to say at ${width} wide, and nothing beyond the edge`, async () => {
      await open('?q=red', under.url, { viewport: { width, height: 844 } });
      await firstFilm().waitFor();
      await expectNothing();
      await firstFilm().locator('.open').click();
      await until(`${seen('#viewer-video')}.readyState >= 1`);
      await expectNothing();
      const wide = `document.documentElement.scrollWidth > document.documentElement.clientWidth`;
      expect(await page.evaluate<boolean>(wide)).to.equal(false);
    });

  async function expectNothing(): Promise<void> {
    await page.evaluate(axe.source);
    const tags = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
    const words = await page.evaluate<string[]>(
      `axe.run(document, { runOnly: ${tags} }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
    expect(words).to.deep.equal([]);
  }
});
