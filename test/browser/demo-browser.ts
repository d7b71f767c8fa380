import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { startDemoProcess } from './demo-process.js';

/** A browser, and the demo over the samples in a process of its own. */
export interface DemoBrowser {
  readonly browser: Browser;
  /** Of the search page. */
  readonly url: string;
}

/**
 * Starts both before the tests of the suite that calls it, and ends them after; the suite is skipped where there is no
 * browser.
 * @returns What gives them once the tests run.
 */
export function useDemoBrowser(): () => DemoBrowser {
  let browser: Browser | undefined;
  let demo: Awaited<ReturnType<typeof startDemoProcess>> | undefined;
  before(async function () {
    browser = await launchChromium();
    if (browser === undefined) return this.skip();
    demo = await startDemoProcess();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });
  return () => {
    if (!browser || !demo) throw new Error('expected a browser and a demo, they are not started');
    return { browser, url: demo.url };
  };
}
