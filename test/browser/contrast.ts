import type { Page } from 'playwright-core';

export interface WeakText {
  readonly text: string;
  readonly ratio: number;
}

/** WCAG 2.2, success criterion 1.4.3, for text of ordinary size. */
const LEAST_RATIO = 4.5;

/** Every visible text whose contrast with what lies behind it is below 4.5 to 1. Photos behind text are not looked at. */
export async function findWeakText(page: Page): Promise<WeakText[]> {
  return (await page.evaluate(`(${measure.toString()})(${LEAST_RATIO})`)) as WeakText[];
}

/** Runs in the page; `document` and the rest are the browser's. */
function measure(least: number): WeakText[] {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- this file is compiled without the browser's types
  const { document, getComputedStyle, NodeFilter } = globalThis as any;
  /* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument */
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const paint = (colours: string[]): number[] => {
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, 1, 1);
    for (const colour of colours) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    return Array.from(pen.getImageData(0, 0, 1, 1).data as Uint8ClampedArray).slice(0, 3);
  };
  const luminance = (rgb: number[]): number => {
    const [r = 0, g = 0, b = 0] = rgb.map((byte) => {
      const share = byte / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const weak: WeakText[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || !element.checkVisibility({ visibilityProperty: true })) continue;
    const behind: string[] = [];
    for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const a = luminance(paint(behind));
    const b = luminance(paint([...behind, getComputedStyle(element).color]));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least) weak.push({ text, ratio: Math.round(ratio * 100) / 100 });
  }
  return weak;
}
