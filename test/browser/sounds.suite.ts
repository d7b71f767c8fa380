import axe from 'axe-core';
import { expect } from 'chai';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { PHOTO, SOUND } from '../../src/photos/media/kinds.js';
import { createPhoto } from '../photos/index/colour-photo.js';
import { createSound } from '../photos/index/colour-sound.js';
import { launchChromium } from './chromium.js';
import { startColourPage } from './colour-page.js';
import { dropFiles } from './drag.js';
import { gatherProblems } from './problems.js';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 800, height: 700 },
  { width: 390, height: 844 },
] as const;
/** A microphone that beeps, and nobody to ask for it. */
const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

describe('sounds on the search page', () => {
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let under: Awaited<ReturnType<typeof startColourPage>>;

  before(async function () {
    const launched = await launchChromium();
    if (launched === undefined) return this.skip();
    browser = launched;
    const files = {
      'red.png': await createPhoto('red'),
      'blue.png': await createPhoto('blue'),
      'green.png': await createPhoto('green'),
      'red-call.wav': createSound('red', 8),
      'blue-call.wav': createSound('blue', 8),
      'green-call.wav': createSound('green', 3),
    };
    under = await startColourPage(files, { kinds: [PHOTO, SOUND] });
    await under.store.start();
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

  async function open(address = '', options: BrowserContextOptions = {}, from = browser): Promise<void> {
    page = await from.newPage({ viewport: SIZES[0], ...options });
    gatherProblems(page, problems);
    await page.goto(`${under.url}/${address}`);
    await page.locator('.card').first().waitFor();
  }
  const strip = () => page.getByRole('region', { name: 'Sounds' });
  const named = (name: string) => page.locator('.card', { has: page.locator('.name', { hasText: name }) });
  const firstOf = (list: string, name: string) =>
    page.locator(`${list} .card`).first().locator('.name', { hasText: name }).waitFor();
  const playing = () => page.locator('.card.playing .name').allInnerTexts();

  it('stand in a row of their own, drawn, with their length, and say that their scores are apart', async () => {
    await open('?q=blue');
    await firstOf('#results', 'blue.png');
    await firstOf('.strip', 'blue-call.wav');
    expect(await strip().innerText()).to.include('Their scores compare with each other only');
    expect(await strip().locator('.duration').first().innerText()).to.equal('0:08');
    expect(await page.locator('#results .card').count()).to.equal(3);
    const drawn = await strip().locator('.outline path').first().getAttribute('d');
    expect(drawn?.match(/M/g)).to.have.length(100);
    expect(await page.locator('#status').innerText()).to.match(/3 photos, best first/);
  });

  it('play one at a time, by mouse and by keyboard', async () => {
    await open('?q=blue');
    await firstOf('.strip', 'blue-call.wav');
    await page.getByRole('button', { name: 'Play red-call.wav' }).click();
    expect(await playing()).to.deep.equal(['red-call.wav']);
    await strip().locator('.open').first().focus();
    await page.keyboard.press('p');
    expect(await playing()).to.deep.equal(['blue-call.wav']);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    await page.keyboard.press('p');
    expect(await playing())
      .to.have.length(1)
      .and.not.include('blue-call.wav');
    await page.keyboard.press('p');
    expect(await playing()).to.deep.equal([]);
  });

  it('are found by a photo, and photos by them', async () => {
    await open();
    await named('green-call.wav').locator('.open').focus();
    await page.keyboard.press('m');
    await firstOf('#results', 'green.png');
    await page.locator('#subject').filter({ hasText: 'Photos and sounds like green-call.wav' }).waitFor();
    await page.locator('#subject .outline').waitFor();
    await page.locator('#results .open').first().focus();
    await page.keyboard.press('m');
    await firstOf('.strip', 'green-call.wav');
  });

  it('are opened large, with a player, and closed in silence', async () => {
    await open();
    await named('red-call.wav').locator('.open').click();
    await page.locator('#viewer-audio').waitFor();
    expect(await page.locator('#viewer-facts').innerText()).to.include('0:08');
    expect(await page.locator('#viewer-image').isVisible()).to.equal(false);
    await page.evaluate(`document.querySelector('#viewer-audio').play()`);
    await page.keyboard.press('Escape');
    await page.locator('#viewer').waitFor({ state: 'hidden' });
    expect(await page.evaluate(`document.querySelector('#viewer-audio').hasAttribute('src')`)).to.equal(
      false,
    );
  });

  it('are shown alone, and with the photos again, by the back button too', async () => {
    await open('?q=red');
    await page.getByRole('button', { name: 'All 3 sounds' }).click();
    await firstOf('#results', 'red-call.wav');
    await page.locator('#status').filter({ hasText: '3 sounds, best first' }).waitFor();
    expect(await strip().count()).to.equal(0);
    expect(await page.locator('#filter option').first().textContent()).to.equal('all sounds');
    await page.locator('#results .open').first().focus();
    await page.keyboard.press('p');
    expect(await playing()).to.deep.equal(['red-call.wav']);
    await page.getByRole('button', { name: 'Show all kinds' }).click();
    await firstOf('#results', 'red.png');
    await page.goBack();
    await firstOf('#results', 'red-call.wav');
  });

  it('are searched by when they are dropped, and can be heard', async () => {
    await open();
    const sound = { name: 'dropped.wav', bytes: createSound('blue', 2), type: 'audio/wav' };
    await dropFiles(page, '#drop-search', [sound]);
    await firstOf('#results', 'blue.png');
    await firstOf('.strip', 'blue-call.wav');
    await page.locator('#subject').filter({ hasText: 'like your sound dropped.wav' }).waitFor();
    await page.locator('#subject-audio').waitFor();
  });

  it('are recorded and searched by', async () => {
    const heard = await launchChromium(MICROPHONE);
    if (heard === undefined) throw new Error('expected Chromium, which was there');
    try {
      await open('', {}, heard);
      const record = page.getByRole('button', { name: 'Record a sound to search by' });
      await record.click();
      await page.locator('#record-words').filter({ hasText: 'Listening' }).waitFor();
      await page.waitForTimeout(700);
      await record.click();
      await page.locator('#subject').filter({ hasText: 'like your sound recording.wav' }).waitFor();
      await page.locator('#status').filter({ hasText: 'best first' }).waitFor();
      await page.close();
    } finally {
      await heard.close();
    }
  });

  it('are not recorded where there is no microphone, which is told', async () => {
    await open();
    await page.getByRole('button', { name: 'Record a sound to search by' }).click();
    await page
      .locator('#record-words')
      .filter({ hasText: /no microphone|not allowed to use the microphone/ })
      .waitFor();
  });

  it('that are none are refused in words', async () => {
    await open();
    const file = { name: 'a.wav', bytes: Buffer.from('RIFF....WAVE'), type: 'audio/wav' };
    await dropFiles(page, '#drop-search', [file]);
    await page.locator('#notice').filter({ hasText: 'This file cannot be searched by' }).waitFor();
    // The browser says so of every answer that is none.
    problems = problems.filter((problem) => !problem.startsWith('Failed to load'));
  });

  for (const viewport of SIZES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`leave axe nothing to say at ${viewport.width} wide, in ${colorScheme} colours`, async () => {
        await open('?q=green', { viewport, colorScheme });
        await firstOf('.strip', 'green-call.wav');
        await expectNothing();
        await named('green-call.wav').locator('.open').click();
        await page.locator('#viewer-audio').waitFor();
        await expectNothing();
        const wide = await page.evaluate<boolean>(
          `document.documentElement.scrollWidth > document.documentElement.clientWidth`,
        );
        expect(wide).to.equal(false);
      });
    }
  }

  async function expectNothing(): Promise<void> {
    await page.evaluate(axe.source);
    const tags = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
    const words = await page.evaluate<string[]>(
      `axe.run(document, { runOnly: ${tags} }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
    );
    expect(words).to.deep.equal([]);
  }
});
