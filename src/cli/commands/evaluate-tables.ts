import type { DatasetFigures } from '../../photos/evaluate/figures.js';
import type { Recall } from '../../photos/evaluate/recall.js';
import type { ZeroShotFigures } from '../../photos/evaluate/zero-shot.js';
import type { MediaKind } from '../../photos/media/kind.js';

/** One row's name, and the figures in it. */
export interface NamedFigures {
  /** What stands before the row's own name where there are several models; empty for one alone. */
  readonly name: string;
  readonly figures: DatasetFigures;
}

/** The figures of one model. */
export function renderFigures(
  model: string,
  figures: DatasetFigures,
  kind: MediaKind,
  throughWeaviate?: Recall,
): string {
  return [
    headline(model, figures, kind),
    '',
    ...figuresTable([{ name: '', figures }], kind, throughWeaviate),
    ...('labels' in figures ? ['', ...labelsTable(figures)] : []),
    '',
  ].join('\n');
}

/** `starter: 87 photos, 435 captions` */
export function headline(models: string, { items, captions }: DatasetFigures, kind: MediaKind): string {
  return `${models}: ${items} ${items === 1 ? kind.one : kind.many}, ${captions} captions`;
}

/** A table of Markdown, which is as readable on a terminal: recall, or what takes its place where the files have labels. */
export function figuresTable(
  models: readonly NamedFigures[],
  { modality }: MediaKind,
  throughWeaviate?: Recall,
): string[] {
  const zeroShot = models.flatMap(({ name, figures }) =>
    'labels' in figures ? [row(name || 'all labels', [figures.accuracy, figures.meanAveragePrecision])] : [],
  );
  if (zeroShot.length > 0)
    return ['| | zero-shot accuracy | mean average precision |', '|---|--:|--:|', ...zeroShot];
  const recall = models.flatMap(({ name, figures }) =>
    'labels' in figures ? [] : [{ of: name === '' ? '' : `${name}, `, figures }],
  );
  return [
    '| | recall@1 | recall@5 | recall@10 |',
    '|---|--:|--:|--:|',
    ...recall.map(({ of, figures }) => recallRow(`${of}text → ${modality}`, figures.fromText)),
    ...(throughWeaviate ? [recallRow(`text → ${modality}, through Weaviate`, throughWeaviate)] : []),
    ...recall.map(({ of, figures }) => recallRow(`${of}${modality} → text`, figures.toText)),
  ];
}

function labelsTable({ labels }: ZeroShotFigures): string[] {
  return [
    '| label | files | accuracy | average precision |',
    '|---|--:|--:|--:|',
    ...labels.map(
      ({ label, count, accuracy, averagePrecision }) =>
        `| ${label} | ${count} | ${accuracy.toFixed(3)} | ${averagePrecision.toFixed(3)} |`,
    ),
  ];
}

function recallRow(name: string, { r1, r5, r10 }: Recall): string {
  return row(name, [r1, r5, r10]);
}

function row(name: string, values: readonly number[]): string {
  return `| ${name} | ${values.map((value) => value.toFixed(3)).join(' | ')} |`;
}
