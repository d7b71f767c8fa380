import type { Found } from './find.js';

/** One line about what is shown: how many photos, how fast, and whether the model read the whole text. */
export function toStatus({ total, beyond = 0, tookMs, encodeMs, truncated }: Found): string {
  if (total === 0) return '';
  const reach = beyond === 0 ? toCount(total) : `The first ${toNumber(total)} of ${toCount(total + beyond)}`;
  if (tookMs === undefined) return `${reach}, newest first`;
  const model = encodeMs === undefined ? '' : ` (the model ${toTime(encodeMs)})`;
  const cut = truncated === true ? '. The text is longer than the model reads: its end was left out' : '';
  return `${reach}, best first, in ${toTime(tookMs)}${model}${cut}`;
}

function toCount(photos: number): string {
  return photos === 1 ? '1 photo' : `${toNumber(photos)} photos`;
}

function toNumber(value: number): string {
  return value.toLocaleString('en');
}

function toTime(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
