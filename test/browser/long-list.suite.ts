import { expect } from 'chai';
import { Readable } from 'node:stream';
import type { Browser, Page } from 'playwright-core';
import type { SearchOptions } from '../../src/photos/index/store.js';
import { createPhoto } from '../photos/index/colour-photo.js';
import { launchChromium } from './chromium.js';
import { startColourPage } from './colour-page.js';

const TOTAL = 100_000;
const DISTANT = 73_210;

/** Each photo by its number, which its id and its name say; sizes as cameras and crops make them. */
function createStoredPhoto(index: number) {
  const [width, height] = [
    [400, 300],
    [300, 400],
    [600, 400],
    [400, 400],
  ][(index * index + index) % 4] as [number, number];
  return { id: `n${index}`, name: `photo ${index}.png`, width, height, properties: {} };
}

describe('the page over a hundred thousand photos', () => {
  let browser: Browser;
  let page: Page;
  let url: string;
  let stop: (() => Promise<void>) | undefined;
  /** The stretches asked for. */
  let asked: string[];

  const names = () => page.locator('.card .name').allInnerTexts();
  const card = (index: number) => page.locator(`.card[data-id="n${index}"]`);
  const viewerName = () => page.locator('#viewer-name');

  before(async function () {
    const launched = await launchChromium();
    if (launched === undefined) return this.skip();
    browser = launched;
    const bytes = await createPhoto('red');
    const running = await startColourPage({ 'red.png': bytes });
    await running.store.start();
    const { store } = running;
    const describe = store.describe.bind(store);
    const numberOf = (id: string) => (/^n\d+$/.test(id) ? Number(id.slice(1)) : -1);
    const pick = ({ limit, offset = 0, at }: SearchOptions) => {
      const place = at === undefined ? -1 : numberOf(at);
      const start = place < 0 || place >= TOTAL ? offset : place - (place % limit);
      if (limit > 1) asked.push(`${start}+${limit}`);
      const count = Math.max(0, Math.min(limit, TOTAL - start));
      const photos = Array.from({ length: count }, (_, i) => createStoredPhoto(start + i));
      return { photos, offset: start, total: TOTAL };
    };
    store.describe = async () => ({ ...(await describe()), count: TOTAL });
    store.list = (options) => Promise.resolve(pick(options));
    store.searchByText = (_query, options) => {
      const { photos, ...extent } = pick(options);
      const hits = photos.map((photo, i) => ({ ...photo, score: 1 - (extent.offset + i) / TOTAL }));
      return Promise.resolve({ hits, ...extent });
    };
    const readPhoto = store.readPhoto.bind(store);
    store.readPhoto = (id) => {
      const index = numberOf(id);
      return index >= 0 && index < TOTAL ? Promise.resolve(createStoredPhoto(index)) : readPhoto(id);
    };
    store.openImage = () => {
      const body = Readable.from([bytes]);
      return Promise.resolve({ body, bytes: bytes.length, mediaType: 'image/png', immutable: false });
    };
    ({ url, stop } = running);
  });
  after(async () => {
    await browser?.close();
    await stop?.();
  });
  beforeEach(async () => {
    asked = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  });
  afterEach(() => page.close());

  async function open(address = ''): Promise<void> {
    await page.goto(`${url}/${address}`);
    await page.locator('.card').first().waitFor();
  }

  it('shows more photos by scrolling, in order and without a gap, and keeps few on the page', async () => {
    await open();
    const seen = new Set<number>();
    let most = 0;
    for (let turn = 0; turn < 40 && seen.size < 250; turn++) {
      const shown = (await names()).map((name) => Number(name.match(/\d+/)?.[0]));
      shown.forEach((index, i) => expect(index).to.equal((shown[0] as number) + i));
      shown.forEach((index) => seen.add(index));
      most = Math.max(most, shown.length);
      await page.mouse.wheel(0, 600);
      await page.waitForTimeout(50);
    }
    expect([...seen].sort((a, b) => a - b).slice(0, 250)).to.deep.equal(
      Array.from({ length: 250 }, (_, i) => i),
    );
    expect(most).to.be.below(200);
    expect(new Set(asked).size, 'a stretch was asked for twice').to.equal(asked.length);
  });

  it('shows at least sixteen whole photos on a screen of 1280 × 800', async () => {
    await open();
    const whole = await page.evaluate<number>(`[...document.querySelectorAll('.card')].filter((card) => {
      const { top, bottom } = card.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }).length`);
    expect(whole).to.be.at.least(16);
  });

  it('reaches the last photo with the scroll bar and with the End key', async () => {
    await open();
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await card(TOTAL - 1).waitFor();
    expect(asked.length).to.be.below(10);
    await page.evaluate('scrollTo(0, 0)');
    await card(0).locator('.open').focus();
    await page.keyboard.press('End');
    await card(TOTAL - 1)
      .locator('.open:focus')
      .waitFor();
    await page.keyboard.press('Home');
    await card(0).locator('.open:focus').waitFor();
  });

  it('asks once for what is double-clicked and scrolled past', async () => {
    await open();
    await card(3).locator('.open').dblclick();
    await page.getByRole('dialog').filter({ hasText: 'photo 3.png' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.locator('#notice').isVisible()).to.equal(false);
    expect(asked).to.deep.equal(['0+100']);
  });

  it('moves with the arrow keys to the rows above and below', async () => {
    await open();
    await card(0).locator('.open').focus();
    const tops: number[] = [];
    for (let row = 0; row < 30; row++) {
      await page.keyboard.press('ArrowDown');
      const { top, visible } = await page.evaluate<{ top: number; visible: boolean }>(`(() => {
        const { top, bottom } = document.activeElement.getBoundingClientRect();
        return { top: top + scrollY, visible: top >= 0 && bottom <= innerHeight };
      })()`);
      expect(visible).to.equal(true);
      tops.push(top);
    }
    expect(tops).to.deep.equal([...new Set(tops)].sort((a, b) => a - b));
  });

  it('opens the photo of a link wherever it is in the list, with its neighbours, and goes there', async () => {
    await open(`?photo=n${DISTANT}`);
    await viewerName()
      .filter({ hasText: `photo ${DISTANT}.png` })
      .waitFor();
    await page.keyboard.press('ArrowRight');
    await viewerName()
      .filter({ hasText: `photo ${DISTANT + 1}.png` })
      .waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await viewerName()
      .filter({ hasText: `photo ${DISTANT - 1}.png` })
      .waitFor();
    await page.keyboard.press('Escape');
    await card(DISTANT - 1)
      .locator('.open:focus')
      .waitFor();
    expect(await card(DISTANT - 1).isVisible()).to.equal(true);
  });

  it('goes from photo to photo across the end of what is known', async () => {
    await open(`?q=red&photo=n99`);
    await viewerName().filter({ hasText: 'photo 99.png' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await viewerName().filter({ hasText: 'photo 100.png' }).waitFor();
  });

  it('says when the photo of a link is gone', async () => {
    await open('?photo=gone');
    const viewer = page.getByRole('dialog');
    await viewer.getByText('This photo is not here any more.').waitFor();
    await viewer.getByRole('button', { name: 'Close' }).click();
    await viewer.waitFor({ state: 'hidden' });
    await page.waitForURL((address) => address.search === '');
  });

  it('is where it was after a reload, and after going back to it', async () => {
    await open();
    await page.evaluate('scrollTo(0, 400_000)');
    await page.locator('.card').nth(20).waitFor();
    const first = `[...document.querySelectorAll('.card')].find((card) =>
      card.getBoundingClientRect().top >= document.querySelector('.top').offsetHeight).dataset.id`;
    await page.waitForTimeout(600);
    const before = await page.evaluate<string>(first);
    expect(Number(before.slice(1))).to.be.above(1000);
    await page.reload();
    await page.locator('.card').nth(20).waitFor();
    expect(await page.evaluate(first)).to.equal(before);
    await page.getByRole('searchbox').fill('red');
    await page.locator('#status').filter({ hasText: 'best first' }).waitFor();
    await card(0).waitFor();
    expect(await page.evaluate('scrollY')).to.equal(0);
    await page.goBack();
    await page.locator('#status').filter({ hasText: 'newest first' }).waitFor();
    expect(await page.evaluate(first)).to.equal(before);
  });
});
