import { expect } from 'chai';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { findWeakText } from './contrast.js';
import type { TestFile } from './drag.js';
import { drag, dropFiles, pasteFiles } from './drag.js';
import { gatherProblems } from './problems.js';

/** A running page over a store with photos, and what is known of them. */
export interface PageUnderTest {
  readonly url: string;
  stop(): Promise<void>;
  /** What the page must say of the store. */
  readonly store: { readonly kind: string; readonly count: number };
  readonly model: { readonly title: string; readonly note: string };
  /** Two texts, each with the name of the photo that must come first. */
  readonly queries: readonly [TextQuery, TextQuery];
  /** An image that is not in the store, and the photo it must find first. */
  readonly image: { readonly file: TestFile; readonly best: string };
  /** A photo of the store: adding it again must be noticed. */
  readonly known: TestFile;
  /** Photos that are not in the store, and a text that finds the first of them first. */
  readonly fresh: { readonly files: readonly TestFile[]; readonly query: string };
  /** A property with more than one value, and how many photos have this one. */
  readonly filter: { readonly property: string; readonly value: string; readonly count: number };
}

export interface TextQuery {
  readonly text: string;
  readonly best: string;
}

/** The id of the element with the keyboard, or what it says. */
const FOCUSED = `(document.activeElement.id || document.activeElement.textContent.replace(/\\s+/g, ' ').trim())`;
const NO_IMAGE: TestFile = { name: 'letter.jpg', bytes: Buffer.from('Dear reader'), type: 'image/jpeg' };

/** The behaviour of the search page, the same over every store. */
export function searchPageSuite(name: string, start: () => Promise<PageUnderTest>): void {
  describe(`the search page over ${name}`, () => {
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    let under: PageUnderTest;
    let problems: string[];

    const box = () => page.getByRole('searchbox', { name: 'Search the photos' });
    const status = () => page.locator('#status');
    const openButtons = () => page.locator('#results .card .open');
    const firstCard = (photo: string) =>
      page.locator('#results .card').first().locator('.name', { hasText: photo });
    const focusedLabel = () => page.evaluate<string>(FOCUSED);

    async function open(options: BrowserContextOptions = {}, address = ''): Promise<void> {
      context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      page = await context.newPage();
      gatherProblems(page, problems, (text) => text.startsWith('Failed to load'));
      page.on('request', (request) => {
        const own = request.url().startsWith(under.url) || request.url().startsWith('blob:');
        if (!own) problems.push(`a request to ${request.url()}`);
      });
      await page.goto(`${under.url}/${address}`);
      await openButtons().first().waitFor();
      await page.locator('#store').filter({ hasText: under.store.kind }).waitFor({ state: 'attached' });
    }

    async function search(text: string, best: string): Promise<void> {
      await box().fill(text);
      await firstCard(best).waitFor();
      await status()
        .filter({ hasText: /best first/ })
        .waitFor();
    }

    before(async function () {
      const launched = await launchChromium();
      if (launched === undefined) return this.skip();
      browser = launched;
      under = await start();
    });
    after(async () => {
      await browser?.close();
      await under?.stop();
    });
    beforeEach(() => {
      problems = [];
    });
    afterEach(async () => {
      await context?.close();
      expect(problems).to.deep.equal([]);
    });

    it('shows the photos, who answers, that this is not CLIP if so, how to switch, and which store', async () => {
      await open();
      await page.getByRole('button', { name: 'About' }).click();
      const model = await page.locator('#model').innerText();
      expect(model)
        .to.include(under.model.title)
        .and.to.include(under.model.note)
        .and.to.include('To switch, start with --model NAME');
      expect(await page.locator('#store').innerText()).to.include(`${under.store.count} photos`);
      await status()
        .filter({ hasText: `${under.store.count} photos, newest first` })
        .waitFor();
    });

    it('finds photos as one types, the right one first, with scores and the time taken', async () => {
      await open();
      const [{ text, best }] = under.queries;
      await box().pressSequentially(text, { delay: 15 });
      await firstCard(best).waitFor();
      await status()
        .filter({ hasText: /\d+ photos, best first, in [\d.]+ m?s/ })
        .waitFor();
      const scores = (await page.locator('#results .card .score').allInnerTexts()).map(Number);
      expect(scores[0]).to.be.greaterThan(0);
      expect(scores).to.deep.equal([...scores].sort((a, b) => b - a));
      expect(await page.title()).to.include(text);
    });

    it('never shows an older answer over a newer one', async () => {
      await open();
      const [older, newer] = under.queries;
      let letGo: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const reached = new Promise<void>((resolve) => {
        void page.route(
          `**/search/query?q=${encodeURIComponent(older.text).replaceAll('%20', '+')}&*`,
          async (route) => {
            resolve();
            await held;
            await route.continue().catch(() => undefined);
          },
        );
      });
      await box().fill(older.text);
      await reached;
      await search(newer.text, newer.best);
      const idle = page.waitForLoadState('networkidle');
      letGo();
      await idle;
      expect(await firstCard(newer.best).count()).to.equal(1);
      expect(await box().inputValue()).to.equal(newer.text);
    });

    it('keeps the search in the address: the back button and a reload bring it back', async () => {
      await open();
      const [one, two] = under.queries;
      await search(one.text, one.best);
      await box().press('Enter');
      await search(two.text, two.best);
      await page.goBack();
      await firstCard(one.best).waitFor();
      expect(await box().inputValue()).to.equal(one.text);
      await page.reload();
      await firstCard(one.best).waitFor();
      expect(await box().inputValue()).to.equal(one.text);
      await page.goBack();
      await status().filter({ hasText: 'newest first' }).waitFor();
      expect(await box().inputValue()).to.equal('');
    });

    it('searches by an image that is dropped', async () => {
      await open();
      await drag(page, 'dragenter', 'body', [under.image.file]);
      expect(await page.locator('#drop').innerText())
        .to.match(/Search by this (?:image|file)/)
        .and.to.include('Add to the folder');
      await dropFiles(page, '#drop-search', [under.image.file]);
      await firstCard(under.image.best).waitFor();
      expect(await page.locator('#drop').isVisible()).to.equal(false);
      expect(await page.locator('#subject').innerText()).to.include(under.image.file.name);
      await page.goBack();
      await status().filter({ hasText: 'newest first' }).waitFor();
      await page.goForward();
      await firstCard(under.image.best).waitFor();
    });

    it('searches by an image that is pasted or picked', async () => {
      await open();
      await pasteFiles(page, [under.image.file]);
      await firstCard(under.image.best).waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();
      await status().filter({ hasText: 'newest first' }).waitFor();
      const { name, bytes, type } = under.image.file;
      await page.locator('#image-file').setInputFiles({ name, buffer: bytes, mimeType: type });
      await firstCard(under.image.best).waitFor();
    });

    it('says why a file cannot be searched by', async () => {
      await open();
      await dropFiles(page, '#drop-search', [NO_IMAGE]);
      const notice = page.locator('#notice');
      await notice.filter({ hasText: 'This file cannot be searched by' }).waitFor();
      expect(await notice.innerText()).to.not.include('expected');
      await notice.getByRole('button', { name: 'Show all photos' }).click();
      await openButtons().first().waitFor();
    });

    it('finds more like a result, without the result itself', async () => {
      await open();
      const [{ text, best }] = under.queries;
      await search(text, best);
      await page.getByRole('button', { name: `More like this: ${best}` }).click();
      await page
        .locator('#subject')
        .filter({ hasText: `like ${best}` })
        .waitFor();
      await status()
        .filter({ hasText: /best first/ })
        .waitFor();
      expect(await page.locator('#results .card .name').allInnerTexts()).not.to.include(best);
    });

    it('shows a photo large, goes on to the next one and closes with the back button', async () => {
      await open();
      const [{ text, best }] = under.queries;
      await search(text, best);
      await openButtons().first().click();
      const viewer = page.getByRole('dialog');
      await viewer.filter({ hasText: best }).waitFor();
      await page.evaluate(`document.querySelector('#viewer-image').decode()`);
      await viewer.getByRole('button', { name: 'Next photo' }).click();
      await viewer.filter({ hasNotText: best }).waitFor();
      await page.goBack();
      await viewer.waitFor({ state: 'hidden' });
      await firstCard(best).waitFor();
    });

    it('can be used with the keyboard only', async () => {
      await open();
      const [{ text, best }] = under.queries;
      await page.locator('#results').focus();
      await page.keyboard.press('/');
      await page.keyboard.type(text);
      await firstCard(best).waitFor();
      await page.keyboard.press('ArrowDown');
      expect(await focusedLabel()).to.include(`Open ${best}`);
      await page.keyboard.press('ArrowRight');
      const second = await focusedLabel();
      expect(second).not.to.include(best);
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      const viewer = page.getByRole('dialog');
      await viewer.filter({ hasText: best }).waitFor();
      await page.keyboard.press('ArrowRight');
      await viewer.filter({ hasNotText: best }).waitFor();
      await page.keyboard.press('Escape');
      // The browser puts the focus back where it was, and then the page on the photo that was looked at last.
      await page
        .locator('.card .open:focus')
        .filter({ hasText: second.replace(/^Open /, '') })
        .waitFor();
      expect(await viewer.isVisible()).to.equal(false);
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowUp');
      expect(await focusedLabel()).to.equal('query');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('m');
      await page
        .locator('#subject')
        .filter({ hasText: `like ${best}` })
        .waitFor();
      // The photo is gone with its search; the keyboard is on the first of those like it.
      await page.locator('#results .card').first().locator('.open:focus').waitFor();
      expect(await page.locator('#results .card').allInnerTexts()).not.to.include(best);
      await page.keyboard.press('Enter');
      const like = await page.locator('#viewer-name').innerText();
      await page.keyboard.press('M');
      await viewer.waitFor({ state: 'hidden' });
      await page
        .locator('#subject')
        .filter({ hasText: `like ${like}` })
        .waitFor();
      await page.locator('#results .card .open:focus').waitFor();
    });

    it('says in words where an image cannot be shown', async () => {
      context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      page = await context.newPage();
      await page.route('**/search/images/**', (route) => route.fulfill({ status: 422, json: {} }));
      await page.goto(under.url);
      await page.locator('#results .card.broken').first().waitFor();
      expect(await page.locator('#results .card img').first().isVisible()).to.equal(false);
      await openButtons().first().click();
      await page.getByRole('dialog').getByText('This photo cannot be shown.').waitFor();
      expect(await page.locator('#viewer-image').isVisible()).to.equal(false);
      await page.keyboard.press('M');
      await page.locator('#subject').filter({ hasText: 'like' }).waitFor();
      await page.locator('#subject-image').waitFor({ state: 'hidden' });
    });

    it('has one Tab stop for the grid and one for "More like this", and shows where the focus is', async () => {
      await open();
      const stops = page.locator('#results button[tabindex="0"]');
      expect(await stops.count()).to.equal(2);
      await openButtons().first().focus();
      await page.keyboard.press('ArrowRight');
      expect(await stops.count()).to.equal(2);
      await page.locator('.brand').focus();
      for (let stop = 0; stop < 6; stop++) {
        await page.keyboard.press('Tab');
        const shown = await page.evaluate<string>(`(() => {
          const active = document.activeElement;
          const element = active.matches('.open') ? active.parentElement : (active.closest('.box') ?? active);
          return getComputedStyle(element).outlineStyle + ' at ' + (element.id || element.className);
        })()`);
        expect(shown).to.match(/^(solid|auto)/);
      }
    });

    it('adds dropped photos, says which are there already and why others are refused, and finds the new ones', async () => {
      await open();
      const before = Number((await page.locator('#store').innerText()).match(/(\d+) photos/)?.[1]);
      await dropFiles(page, '#drop-add', [...under.fresh.files, under.known, NO_IMAGE]);
      const count = under.fresh.files.length;
      await page
        .locator('#tray-status')
        .filter({ hasText: `${count} added, 1 there already, 1 refused` })
        .waitFor();
      expect(await page.locator('#tray-list .refused').innerText()).to.match(
        /letter\.jpg\s+This is not a file that Handspring can read\./,
      );
      await page
        .locator('#store')
        .filter({ hasText: `${before + count} photos` })
        .waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Close the list of added photos' }).click();
      await search(under.fresh.query, under.fresh.files[0]?.name ?? '');
    });

    it('filters by a property', async () => {
      await open();
      const { property, value, count } = under.filter;
      await page.getByLabel('Show').selectOption({ label: `${value} (${count})` });
      await status()
        .filter({ hasText: `${count} photo` })
        .waitFor();
      expect(await page.locator('#results .card').count()).to.equal(count);
      expect(new URL(page.url()).searchParams.get('property')).to.equal(property);
    });

    it('says so when nothing fits, and leads back', async () => {
      await open();
      await page.evaluate(`location.search = '?property=format&value=none'`);
      const notice = page.locator('#notice');
      await notice.filter({ hasText: 'None has the format “none”.' }).waitFor();
      await notice.getByRole('button', { name: 'Show all photos' }).click();
      await openButtons().first().waitFor();
    });

    it('says when the service does not answer, and goes on by itself once it does', async () => {
      await open();
      const [{ text, best }] = under.queries;
      await page.route('**/search/**', (route) => route.abort());
      await box().fill(text);
      await page.locator('#notice').filter({ hasText: 'The service does not answer' }).waitFor();
      await page.unroute('**/search/**');
      await firstCard(best).waitFor();
    });

    it('tries again by itself while the service is busy', async () => {
      await open();
      const [{ text, best }] = under.queries;
      let refusals = 0;
      await page.route('**/search/query?**', async (route) => {
        if (refusals++ > 0) return route.continue();
        const headers = { 'Retry-After': '1' };
        await route.fulfill({ status: 429, headers, json: { error: 'full', code: 'overloaded' } });
      });
      await box().fill(text);
      await status().filter({ hasText: 'The service is busy, trying again…' }).waitFor();
      await firstCard(best).waitFor();
      expect(refusals).to.be.greaterThan(1);
    });

    it('works on a phone', async () => {
      await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
      const [{ text, best }] = under.queries;
      await search(text, best);
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(wide).to.be.at.most(0);
      await openButtons().first().tap();
      const viewer = page.getByRole('dialog');
      await viewer.filter({ hasText: best }).waitFor();
      const close = await viewer.getByRole('button', { name: 'Close' }).boundingBox();
      expect((close?.y ?? 999) + (close?.height ?? 0)).to.be.at.most(740);
      expect(close?.height).to.be.at.least(40);
    });

    for (const colorScheme of ['light', 'dark'] as const) {
      it(`has enough contrast and a name for every control in ${colorScheme} colours`, async () => {
        await open({ colorScheme });
        expect(await findWeakText(page)).to.deep.equal([]);
        const [{ text, best }] = under.queries;
        await search(text, best);
        expect(await findWeakText(page)).to.deep.equal([]);
        await dropFiles(page, '#drop-search', [NO_IMAGE]);
        await page.locator('#notice').waitFor();
        expect(await findWeakText(page)).to.deep.equal([]);
        const tree = await page.locator('body').ariaSnapshot();
        expect(tree).not.to.match(/^\s*- (button|link|searchbox|combobox|textbox|dialog)(:| \[|$)/m);
      });
    }
  });
}
