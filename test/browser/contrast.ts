import type { Page } from 'playwright-core';

export interface WeakText {
  readonly text: string;
  readonly ratio: number;
}

/** WCAG 2.2, success criterion 1.4.3, for text of ordinary size. */
const LEAST_RATIO = 4.5;

/** Runs in the page; as text, because the tests are compiled without the browser's types. */
const MEASURE = `(() => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const paint = (colours) => {
    for (const colour of ['#fff', ...colours]) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((byte) => {
      const share = byte / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || !element.checkVisibility({ visibilityProperty: true })) continue;
    const behind = [];
    for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const a = luminance(paint(behind));
    const b = luminance(paint([...behind, getComputedStyle(element).color]));
    texts.push({ text, ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) });
  }
  return texts;
})()`;

/** Every visible text whose contrast with what lies behind it is below 4.5 to 1. Photos behind text are not looked at. */
export async function findWeakText(page: Page): Promise<WeakText[]> {
  const texts = await page.evaluate<WeakText[]>(MEASURE);
  if (texts.length === 0) throw new Error('expected some text on the page');
  return texts.filter(({ ratio }) => ratio < LEAST_RATIO);
}
