import { dot, toUnit } from '../../core/vectors.js';

/** How well texts tell labels apart, without any example of them. */
export interface ZeroShotFigures {
  /** The share of items whose own label's text has the highest cosine of all labels' texts. */
  readonly accuracy: number;
  /** The mean over the labels of `averagePrecision`. */
  readonly meanAveragePrecision: number;
  readonly labels: readonly LabelFigures[];
}

export interface LabelFigures {
  readonly label: string;
  /** How many items have it. */
  readonly count: number;
  readonly accuracy: number;
  /**
   * All items in the order of their cosine to the label's text: the mean, over those that have the label, of how many of
   * the items so far have it, by their number.
   */
  readonly averagePrecision: number;
}

/**
 * Zero-shot accuracy and mean average precision by cosine similarity. Of equal scores the wrong ones count as better, so
 * that ties never flatter.
 * @param items One vector per item.
 * @param labelOf The label of each item.
 * @param textOf The vector of the text that stands for each label.
 */
export function measureZeroShot(
  items: readonly Float32Array[],
  labelOf: readonly string[],
  textOf: ReadonlyMap<string, Float32Array>,
): ZeroShotFigures {
  const unitItems = items.map(toUnit);
  const scoresOf = new Map(
    [...textOf].map(([label, text]) => {
      const unit = toUnit(text);
      return [label, unitItems.map((item) => dot(item, unit))] as const;
    }),
  );
  const labels = [...scoresOf].map(([label, scores]) => {
    const own = labelOf.flatMap((one, item) => (one === label ? [item] : []));
    const others = [...scoresOf].filter(([other]) => other !== label).map(([, otherScores]) => otherScores);
    const isRight = (item: number) => others.every((other) => scores[item]! > other[item]!);
    return {
      label,
      count: own.length,
      accuracy: own.filter(isRight).length / own.length,
      averagePrecision: averagePrecision(scores, (item) => labelOf[item] === label),
    };
  });
  const right = labels.reduce((sum, { accuracy, count }) => sum + accuracy * count, 0);
  return {
    accuracy: right / items.length,
    meanAveragePrecision: labels.reduce((sum, one) => sum + one.averagePrecision, 0) / labels.length,
    labels,
  };
}

function averagePrecision(scores: readonly number[], isRight: (item: number) => boolean): number {
  const order = scores
    .map((score, item) => ({ score, right: isRight(item) }))
    .sort((a, b) => b.score - a.score || Number(a.right) - Number(b.right));
  let found = 0;
  let sum = 0;
  order.forEach(({ right }, at) => {
    if (!right) return;
    found += 1;
    sum += found / (at + 1);
  });
  return sum / found;
}
