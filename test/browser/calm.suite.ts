import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { useDemoBrowser } from './demo-browser.js';

/** Good by https://web.dev/articles/cls; poor begins at 0.25. */
const MOST_SHIFT = 0.1;

/** As https://web.dev/articles/cls counts: the worst window of shifts that no input has caused. */
const OBSERVE = `(() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput)
      shifts.push({ value: entry.value, at: entry.startTime, of: entry.sources.map(({ node }) =>
        node ? node.nodeName + '#' + node.id + '.' + node.className : '?') });
  }).observe({ type: 'layout-shift', buffered: true });
})()`;

interface Shift {
  readonly value: number;
  readonly at: number;
  readonly of: readonly string[];
}

const total = (shifts: readonly Shift[]) => shifts.reduce((sum, { value }) => sum + value, 0);

describe('the page stays where it is', () => {
  const demo = useDemoBrowser();
  let page: Page;

  afterEach(() => page.close());

  async function open(width: number, height: number, address = ''): Promise<void> {
    page = await demo().browser.newPage({ viewport: { width, height } });
    await page.addInitScript(OBSERVE);
    // What the service says of itself comes last, as on a slow line.
    await page.route('**/search/info', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    await page.goto(`${demo().url}/${address}`);
    await page.locator('#results .card').nth(5).waitFor();
    await page.waitForLoadState('networkidle');
  }

  const shifts = () => page.evaluate<Shift[]>('shifts');

  for (const [width, height] of [
    [390, 844],
    [820, 1180],
    [1280, 800],
    [1920, 1080],
  ] as const) {
    it(`while it loads at ${width} × ${height}`, async () => {
      await open(width, height);
      expect(total(await shifts()), JSON.stringify(await shifts())).to.be.at.most(MOST_SHIFT);
    });

    it(`while one searches, scrolls and opens photos at ${width} × ${height}`, async () => {
      await open(width, height);
      for (const text of ['a cat', 'snowy mountains', 'xqzzyv nothing']) {
        await page.getByRole('searchbox').clear();
        await page.getByRole('searchbox').pressSequentially(text, { delay: 20 });
        await page.locator('#status').filter({ hasText: 'best first' }).waitFor();
        await page.waitForTimeout(700);
      }
      await page.mouse.wheel(0, 900);
      await page.locator('#results .card').nth(3).locator('.open').click();
      await page.evaluate(`document.querySelector('#viewer-image').decode()`);
      await page.getByRole('button', { name: 'Close' }).click();
      await page.goBack();
      await page.waitForTimeout(700);
      expect(total(await shifts()), JSON.stringify(await shifts())).to.be.at.most(MOST_SHIFT);
    });
  }

  it('while it loads the results of a link to a search', async () => {
    await open(1280, 800, '?q=a+cat');
    expect(total(await shifts()), JSON.stringify(await shifts())).to.be.at.most(MOST_SHIFT);
  });
});
