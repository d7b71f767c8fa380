import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { createPhoto } from '../photos/index/colour-photo.js';
import { launchChromium } from './chromium.js';
import { startColourPage } from './colour-page.js';

const WINDOWS = [
  [320, 568],
  [390, 844],
  [820, 1180],
  [1280, 800],
  [1366, 768],
  [1440, 900],
  [1920, 1080],
  [2560, 1440],
] as const;

/** Name and size of each photo: small and large ones, of every proportion a camera or a crop makes. */
const PHOTOS = {
  'small.png': [64, 48],
  'landscape.png': [451, 300],
  'nearly-square.png': [586, 640],
  'wide.png': [640, 414],
  'portrait.png': [383, 640],
  'camera.png': [3000, 2000],
  'panorama.png': [3000, 400],
  'column.png': [300, 2400],
} as const;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Layout {
  readonly stage: Box;
  readonly image: Box;
  readonly controls: readonly Box[];
}

/** Runs in the page; as text, because the tests are compiled without the browser's types. */
const MEASURE = `(() => {
  const box = (id) => {
    const { left, top, right, bottom } = document.getElementById(id).getBoundingClientRect();
    return { left, top, right, bottom };
  };
  const stage = document.querySelector('#viewer .stage').getBoundingClientRect();
  return {
    stage: { left: stage.left, top: stage.top, right: stage.right, bottom: stage.bottom },
    image: box('viewer-image'),
    controls: ['viewer-previous', 'viewer-next', 'viewer-like', 'viewer-original', 'viewer-close'].map(box),
  };
})()`;

const width = (box: Box): number => box.right - box.left;
const height = (box: Box): number => box.bottom - box.top;

function expectInside(inner: Box, outer: Box): void {
  expect(inner.left).to.be.at.least(outer.left - 0.5);
  expect(inner.top).to.be.at.least(outer.top - 0.5);
  expect(inner.right).to.be.at.most(outer.right + 0.5);
  expect(inner.bottom).to.be.at.most(outer.bottom + 0.5);
}

describe('the large view', () => {
  let browser: Browser;
  let page: Page;
  let under: Awaited<ReturnType<typeof startColourPage>> | undefined;

  before(async function () {
    const launched = await launchChromium();
    if (launched === undefined) return this.skip();
    browser = launched;
    const files: Record<string, Buffer> = {};
    for (const [name, [w, h]] of Object.entries(PHOTOS))
      files[name] = await createPhoto('red', { width: w, height: h });
    under = await startColourPage(files);
    await under.store.start();
  });
  after(async () => {
    await browser?.close();
    await under?.stop();
  });
  afterEach(() => page.close());

  async function openAll(look: (name: keyof typeof PHOTOS) => Promise<void>): Promise<void> {
    const url = under?.url ?? '';
    await page.goto(url);
    await page.locator('#results .card .open').first().click();
    for (let seen = 0; seen < Object.keys(PHOTOS).length; seen++) {
      if (seen > 0) await page.getByRole('button', { name: 'Next photo' }).click();
      await page.evaluate(`document.querySelector('#viewer-image').decode()`);
      await look((await page.locator('#viewer-name').innerText()) as keyof typeof PHOTOS);
    }
  }

  for (const [windowWidth, windowHeight] of WINDOWS) {
    it(`shows every photo whole, in its proportions, between its arrows at ${windowWidth} × ${windowHeight}`, async () => {
      page = await browser.newPage({ viewport: { width: windowWidth, height: windowHeight } });
      const window = { left: 0, top: 0, right: windowWidth, bottom: windowHeight };
      const seen = new Set<string>();
      await openAll(async (name) => {
        seen.add(name);
        const [w, h] = PHOTOS[name];
        const { stage, image, controls } = await page.evaluate<Layout>(MEASURE);
        expectInside(image, stage);
        expectInside(stage, window);
        for (const control of controls) expectInside(control, window);
        expect(Math.abs(width(image) - (height(image) * w) / h), `${name} out of proportion`).to.be.below(
          1.5,
        );
        expect(width(image), `${name} is blown up`).to.be.at.most(w + 0.5);
        const fills = width(image) > width(stage) * 0.6 || height(image) > height(stage) * 0.8;
        expect(fills || width(image) > w - 1.5, `${name} is smaller than it could be`).to.equal(true);
      });
      expect(seen).to.have.keys(Object.keys(PHOTOS));
    });
  }
});
