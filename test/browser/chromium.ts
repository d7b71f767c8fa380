import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The machine's own Chromium, or undefined where there is none: then it says so, and on a build server (`CI`) it throws, so
 * that no gate passes without a browser.
 * @param flags Beside those that it always has.
 */
export async function launchChromium(flags: readonly string[] = []): Promise<Browser | undefined> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  if (existsSync(executablePath)) return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
  const message = `no Chromium at ${executablePath}: set CHROMIUM_PATH or install it`;
  if (process.env['CI']) throw new Error(message);
  process.stderr.write(`\n!! BROWSER TESTS SKIPPED: ${message}\n\n`);
  return undefined;
}
