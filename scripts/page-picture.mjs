// Writes docs/page.png: the search page over the samples, as a visitor sees it after a search. Needs Chromium.
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { launchChromium } from '../dist/test/browser/chromium.js';
import { startDemoProcess } from '../dist/test/browser/demo-process.js';

const SIZE = { width: 1200, height: 760 };
const browser = await launchChromium();
if (browser === undefined) process.exit(1);
const demo = await startDemoProcess();
try {
  const page = await browser.newPage({ viewport: SIZE });
  await page.goto(`${demo.url}/?q=${encodeURIComponent('a cup of coffee')}`);
  await page.locator('#results .card').first().waitFor();
  await page.waitForLoadState('networkidle'); // the thumbnails
  await page.mouse.move(0, SIZE.height - 1); // no card shows what it shows under the pointer
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await writeFile(
    new URL('../docs/page.png', import.meta.url),
    await sharp(picture).png({ palette: true, effort: 10 }).toBuffer(),
  );
} finally {
  await browser.close();
  await demo.stop();
}
