import type { Found } from './find.js';

/** One line about what is shown: how many photos, how fast, and whether the model read the whole text. */
export function toStatus(found: Found, total: number | undefined): string {
  const shown = found.photos.length;
  if (found.tookMs === undefined) {
    if (shown === 0) return '';
    return total === undefined || total === shown
      ? `${toCount(shown)}, newest first`
      : `${shown} of ${toCount(total)}, newest first`;
  }
  const many = total === undefined ? toCount(shown) : `Best ${shown} of ${toCount(total)}`;
  const model = found.encodeMs === undefined ? '' : ` (the model ${toTime(found.encodeMs)})`;
  const cut =
    found.truncated === true ? '. The text is longer than the model reads: its end was left out' : '';
  return `${many} in ${toTime(found.tookMs)}${model}${cut}`;
}

function toCount(photos: number): string {
  return photos === 1 ? '1 photo' : `${photos} photos`;
}

function toTime(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
