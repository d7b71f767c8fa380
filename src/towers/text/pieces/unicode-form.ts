import { orderLongMarkRuns } from './mark-order.js';
import { NORMALIZED_LATER } from './unicode-classes.js';

const LATER = new RegExp(`([${NORMALIZED_LATER}])`, 'u');

/**
 * A text in a Unicode normalization form as the reference makes it, whose tables are those of Unicode 9: characters that
 * were given a decomposition or a combining class since are left alone, and so part what stands around them.
 */
export function toUnicodeForm(text: string, form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): string {
  if (!LATER.test(text)) return orderLongMarkRuns(text).normalize(form);
  return text
    .split(LATER)
    .map((part, index) => (index % 2 === 1 ? part : orderLongMarkRuns(part).normalize(form)))
    .join('');
}
