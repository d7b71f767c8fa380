import axe from 'axe-core';
import { expect } from 'chai';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { useDemoBrowser } from './demo-browser.js';
import { dropFiles } from './drag.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

describe('axe finds nothing against the page', () => {
  const demo = useDemoBrowser();
  let page: Page;

  afterEach(() => page.close());

  async function open(address = '', options: BrowserContextOptions = {}): Promise<void> {
    page = await demo().browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    await page.goto(`${demo().url}/${address}`);
    await page.locator('#results .card').nth(5).waitFor();
  }

  async function expectNothing(): Promise<void> {
    // Not as a script of the page, which its policy would refuse.
    await page.evaluate(axe.source);
    const run = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`;
    const violations = await page.evaluate<Violation[]>(run);
    const words = violations.map(
      ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join('\n')}`,
    );
    expect(words).to.deep.equal([]);
  }

  it('as it starts', async () => {
    await open();
    await expectNothing();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`with scores, and with the keyboard on a photo, in ${colorScheme} colours`, async () => {
      await open('?q=a+cat', { colorScheme });
      await page.locator('.score').filter({ hasText: /\d/ }).first().waitFor();
      await expectNothing();
      await page.keyboard.press('ArrowDown');
      await page.locator('#results .card .open:focus').waitFor();
      await expectNothing();
    });
  }

  it('with a photo open', async () => {
    await open();
    await page.locator('#results .card .open').first().click();
    await page.evaluate(`document.querySelector('#viewer-image').decode()`);
    await expectNothing();
  });

  it('with what it says of itself', async () => {
    await open('?q=a+cat');
    await page.getByRole('button', { name: 'What is a score?' }).click();
    await page.getByRole('dialog').waitFor();
    await expectNothing();
  });

  it('with nothing found, and with a file that is no photo', async () => {
    await open();
    await dropFiles(page, '#drop-search', [{ name: 'a.jpg', bytes: Buffer.from('no'), type: 'image/jpeg' }]);
    await page.locator('#notice').waitFor();
    await expectNothing();
  });

  it('on a phone', async () => {
    await open('?q=a+cat', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await expectNothing();
  });
});
