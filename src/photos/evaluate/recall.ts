import { dot, toUnit } from '../../core/vectors.js';

/** Recall@k: the share of queries that have a right answer among the first k results. */
export interface Recall {
  readonly r1: number;
  readonly r5: number;
  readonly r10: number;
}

export interface RecallFigures {
  /** Each caption is a query, its item the one right answer. */
  readonly fromText: Recall;
  /** Each item is a query, any of its captions a right answer. */
  readonly toText: Recall;
}

/**
 * Recall both ways by cosine similarity, over all items and all captions.
 * @param items One vector per photo or sound.
 * @param texts One vector per caption.
 * @param itemOf The item's index of each caption.
 */
export function measureRecall(
  items: readonly Float32Array[],
  texts: readonly Float32Array[],
  itemOf: readonly number[],
): RecallFigures {
  const unitItems = items.map(toUnit);
  const unitTexts = texts.map(toUnit);
  const captionRanks = unitTexts.map((text, caption) =>
    rankOf(text, unitItems, (item) => item === itemOf[caption]),
  );
  const itemRanks = unitItems.map((unit, item) =>
    rankOf(unit, unitTexts, (caption) => itemOf[caption] === item),
  );
  return { fromText: toRecall(captionRanks), toText: toRecall(itemRanks) };
}

/** Recall@1, 5 and 10 of queries whose first right answer came at these ranks, 1 being the top. */
export function toRecall(ranks: readonly number[]): Recall {
  const within = (k: number) => ranks.filter((rank) => rank <= k).length / ranks.length;
  return { r1: within(1), r5: within(5), r10: within(10) };
}

/** The rank of the best right answer. Of equal scores the wrong ones count as better, so that ties never flatter. */
function rankOf(
  query: Float32Array,
  answers: readonly Float32Array[],
  isRight: (index: number) => boolean,
): number {
  const scores = answers.map((answer) => dot(query, answer));
  const best = Math.max(...scores.filter((_, index) => isRight(index)));
  return 1 + scores.filter((score, index) => !isRight(index) && score >= best).length;
}
