import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { useDemoBrowser } from './demo-browser.js';

describe('the page says what its answers are worth', () => {
  const demo = useDemoBrowser();
  let page: Page;

  const status = () => page.locator('#status');
  const hint = () => page.locator('#hint');
  const direction = () => page.evaluate(`getComputedStyle(document.querySelector('#query')).direction`);
  const box = () => page.getByRole('searchbox');

  beforeEach(async () => {
    page = await demo().browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(demo().url);
    await page.locator('#results .card').nth(5).waitFor();
  });
  afterEach(() => page.close());

  it('draws a line between the photos that fit and the others', async () => {
    await box().fill('a cat');
    await status()
      .filter({ hasText: /^\d+ fits? well: 19 photos, best first/ })
      .waitFor();
    const fitting = Number.parseInt(await status().innerText(), 10);
    expect(fitting).to.be.within(1, 3);
    const above = await page.evaluate<string[]>(`(() => {
      const rule = document.querySelector('#fit-rule').getBoundingClientRect().top;
      const cards = [...document.querySelectorAll('#results .card')];
      return cards.filter((card) => card.getBoundingClientRect().bottom <= rule)
        .map((card) => card.querySelector('.name').textContent);
    })()`);
    expect(above).to.have.length(fitting).and.to.include('chelsea-the-cat.jpg');
  });

  it('says when nothing fits well', async () => {
    for (const text of ['xqzzyv nothing at all 12345', 'a zebra']) {
      await box().fill(text);
      await status()
        .filter({ hasText: /^Nothing fits well: 19 photos/ })
        .waitFor();
      expect(await page.locator('#fit-rule').isVisible()).to.equal(false);
    }
  });

  it('says when the model cannot read the text, and writes it from right to left if that is its way', async () => {
    await box().fill('שועל על השלג');
    await hint().filter({ hasText: 'This model knows English only' }).waitFor();
    await status()
      .filter({ hasText: /^19 photos, best first/ })
      .waitFor();
    expect(await direction()).to.equal('rtl');
    await box().fill('a fox in the snow');
    await hint().waitFor({ state: 'hidden' });
    expect(await direction()).to.equal('ltr');
  });

  it('says when a text is too long, leaves it in the box, and searches for its beginning', async () => {
    const long = 'a cat '.repeat(500);
    await box().fill(long);
    await hint().filter({ hasText: 'Only the first 2,000 characters are searched for.' }).waitFor();
    await status().filter({ hasText: 'best first' }).waitFor();
    expect(await box().inputValue()).to.equal(long);
    expect(new URL(page.url()).searchParams.get('q')).to.have.length.at.most(2000);
  });

  it('shows that an answer is awaited, over the older photos', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/search/query?**', async (route) => {
      await held;
      await route.continue();
    });
    const sign = page.locator('#asking');
    expect(await sign.isVisible()).to.equal(false);
    await box().fill('a cat');
    await sign.waitFor();
    expect(await page.locator('#results .card').count()).to.be.above(5);
    letGo();
    await status().filter({ hasText: 'best first' }).waitFor();
    await sign.waitFor({ state: 'hidden' });
  });
});
