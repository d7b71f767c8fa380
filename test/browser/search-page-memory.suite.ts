import { expect } from 'chai';
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createPhoto } from '../photos/index/colour-photo.js';
import { launchChromium } from './chromium.js';
import { COLOUR_MODEL, startColourPage } from './colour-page.js';
import { drag } from './drag.js';
import { searchPageSuite } from './search-page.js';

const png = async (name: string, ...photo: Parameters<typeof createPhoto>) => ({
  name,
  bytes: await createPhoto(...photo),
  type: 'image/png',
});

searchPageSuite('the memory store', async () => {
  const known = await png('red.png', 'red');
  const page = await startColourPage({
    'red.png': known.bytes,
    'green.png': await createPhoto('green'),
    'blue.png': await createPhoto('blue', { width: 48, height: 64 }),
    'yellow.png': await createPhoto('yellow', { width: 48, height: 64 }),
  });
  await page.store.start();
  return {
    ...page,
    store: { kind: 'memory', count: 4 },
    model: COLOUR_MODEL,
    queries: [
      { text: 'red', best: 'red.png' },
      { text: 'blue', best: 'blue.png' },
    ],
    image: { file: await png('sky.png', 'blue', { shade: 20 }), best: 'blue.png' },
    known,
    fresh: {
      files: [await png('purple.png', 'purple'), await png('olive.png', 'yellow', { shade: 25 })],
      query: 'purple',
    },
    filter: { property: 'shape', value: 'portrait', count: 2 },
  };
});

describe('the search page over a folder', () => {
  let browser: Browser;
  let page: Page;
  let stop: () => Promise<void> = () => Promise.resolve();

  before(async function () {
    const launched = await launchChromium();
    if (launched === undefined) return this.skip();
    browser = launched;
  });
  after(() => browser?.close());
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(async () => {
    await page.close();
    await stop();
  });

  it('invites to add photos to an empty folder, and shows one that is copied into it', async () => {
    const running = await startColourPage({});
    ({ stop } = running);
    await running.store.start();
    await page.goto(running.url);
    await page
      .locator('#notice')
      .filter({ hasText: `No photos in ${path.basename(running.folder)} yet` })
      .waitFor();
    await page.locator('#notice').getByRole('button', { name: 'Add photos' }).waitFor();
    await writeFile(path.join(running.folder, 'red.png'), await createPhoto('red'));
    await page.getByRole('button', { name: 'Open red.png' }).waitFor();
    expect(await page.locator('#notice').isVisible()).to.equal(false);
  });

  it('shows how far the index is, and answers meanwhile', async () => {
    const photos: Record<string, Buffer> = {};
    for (let i = 0; i < 12; i++) photos[`red-${i}.png`] = await createPhoto('red', { shade: i });
    const running = await startColourPage(photos);
    ({ stop } = running);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const embed = running.embedder.embed.bind(running.embedder);
    running.embedder.embed = async (items, options) => {
      if (items.some(({ modality }) => modality === 'image') && running.embedder.images >= 3) await held;
      return embed(items, options);
    };
    void running.store.start();
    await page.goto(running.url);
    await page
      .locator('#indexing-text')
      .filter({ hasText: /Reading photos: \d+ of 12/ })
      .waitFor();
    await page.getByRole('searchbox').fill('red');
    await page.locator('.card .open').first().waitFor();
    letGo();
    await page.locator('#indexing-bar').waitFor({ state: 'hidden' });
    await page.locator('.card').nth(11).waitFor();
  });

  it('lists the files that were left out, with the reason', async () => {
    const red = await createPhoto('red');
    const running = await startColourPage({ 'red.png': red, 'bad.jpg': Buffer.from('no image') });
    ({ stop } = running);
    await copyFile(path.join(running.folder, 'red.png'), path.join(running.folder, 'again.png'));
    await running.store.start();
    await page.goto(running.url);
    await page.getByRole('button', { name: '1 file left out' }).click();
    await page.getByText('Files: 1 left out, 1 with the same content as another').waitFor();
    const row = page.locator('#left-out-list li');
    expect(await row.innerText()).to.equal('bad.jpg: This is not a file that Handspring can read.');
  });

  it('offers searches to try, until something is searched for', async () => {
    const running = await startColourPage(
      { 'red.png': await createPhoto('red'), 'blue.png': await createPhoto('blue') },
      { examples: ['blue'] },
    );
    ({ stop } = running);
    await running.store.start();
    await page.goto(running.url);
    await page.getByRole('button', { name: 'blue', exact: true }).click();
    await page.locator('.card').first().locator('.name', { hasText: 'blue.png' }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).to.equal('blue');
    expect(await page.locator('#examples').isVisible()).to.equal(false);
  });

  it('offers no adding where it is switched off, and then takes every drop for a search', async () => {
    const running = await startColourPage({ 'red.png': await createPhoto('red') }, { allowAdding: false });
    ({ stop } = running);
    await running.store.start();
    await page.goto(running.url);
    await page.locator('#store').filter({ hasText: '1 photo' }).waitFor({ state: 'attached' });
    expect(await page.locator('#add').isVisible()).to.equal(false);
    await drag(page, 'dragenter', 'body', [await png('sky.png', 'blue')]);
    expect(await page.locator('#drop-search').isVisible()).to.equal(true);
    expect(await page.locator('#drop-add').isVisible()).to.equal(false);
  });
});
