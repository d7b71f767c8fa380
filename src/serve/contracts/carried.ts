import type { Item } from '../../core/embedder.js';

/** The modality of the items if they are of one; `both` or `several` if not. For metrics. */
export function carriedBy(items: readonly Pick<Item, 'modality'>[]): string {
  const modalities = new Set(items.map(({ modality }) => modality));
  const [first = 'none'] = modalities;
  if (modalities.size <= 1) return first;
  return modalities.size === 2 ? 'both' : 'several';
}
