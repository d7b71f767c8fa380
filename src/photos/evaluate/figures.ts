import type { Modality } from '../../core/modality.js';
import type { MediaKind } from '../media/kind.js';
import type { CaptionedFile } from './dataset.js';
import type { EmbeddedDataset } from './embed-dataset.js';
import { measureRecall } from './recall.js';
import type { RecallFigures } from './recall.js';
import { measureZeroShot } from './zero-shot.js';
import type { ZeroShotFigures } from './zero-shot.js';

/** How well texts find the files of a dataset. */
export type DatasetFigures = DatasetSize & (RecallFigures | ZeroShotFigures);

export interface DatasetSize {
  /** What the files are: `image`, `audio`. */
  readonly modality: Modality;
  readonly items: number;
  readonly captions: number;
}

/** Accuracy and average precision where the files have labels, and else recall, as captions shared by many have no one answer. */
export function measureDataset(
  files: readonly CaptionedFile[],
  { items, texts, itemOf }: EmbeddedDataset,
  { modality }: Pick<MediaKind, 'modality'>,
): DatasetFigures {
  const size = { modality, items: items.length, captions: texts.length };
  const labels = files.flatMap(({ label }) => (label === undefined ? [] : [label]));
  if (labels.length < files.length) return { ...size, ...measureRecall(items, texts, itemOf) };
  const textOf = new Map<string, Float32Array>();
  itemOf.forEach((item, caption) => {
    const label = labels[item] as string;
    // The first caption of the first file with the label stands for it.
    if (!textOf.has(label)) textOf.set(label, texts[caption] as Float32Array);
  });
  return { ...size, ...measureZeroShot(items, labels, textOf) };
}
