import type { KindCount } from '../photos/index/store.js';
import type { Found } from './find.js';

/**
 * One line about what is shown: how many photos, how many of them fit, how fast, and whether the model read the whole text.
 * @param names What the things shown are called.
 * @param fitCount Undefined when it is not known, or all fit.
 */
export function toStatus(
  { total, beyond = 0, tookMs, encodeMs, truncated }: Found,
  names: Pick<KindCount, 'one' | 'many'>,
  fitCount?: number,
): string {
  if (total === 0) return '';
  const reach =
    beyond === 0
      ? toCount(total, names)
      : `The first ${toNumber(total)} of ${toCount(total + beyond, names)}`;
  if (tookMs === undefined) return `${reach}, newest first`;
  const model = encodeMs === undefined ? '' : ` (the model ${toTime(encodeMs)})`;
  const cut = truncated === true ? '. The text is longer than the model reads: its end was left out' : '';
  return `${toFitting(fitCount)}${reach}, best first, in ${toTime(tookMs)}${model}${cut}`;
}

function toFitting(fitCount: number | undefined): string {
  if (fitCount === undefined) return '';
  if (fitCount === 0) return 'Nothing fits well: ';
  return fitCount === 1 ? '1 fits well: ' : `${toNumber(fitCount)} fit well: `;
}

function toCount(count: number, { one, many }: Pick<KindCount, 'one' | 'many'>): string {
  return count === 1 ? `1 ${one}` : `${toNumber(count)} ${many}`;
}

function toNumber(value: number): string {
  return value.toLocaleString('en');
}

function toTime(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
