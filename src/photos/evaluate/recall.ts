import { dot, toUnit } from '../../core/vectors.js';

/** Recall@k: the share of queries that have a right answer among the first k results. */
export interface Recall {
  readonly r1: number;
  readonly r5: number;
  readonly r10: number;
}

export interface RetrievalFigures {
  readonly photos: number;
  readonly captions: number;
  /** Each caption is a query, its photo the one right answer. */
  readonly textToImage: Recall;
  /** Each photo is a query, any of its captions a right answer. */
  readonly imageToText: Recall;
}

/**
 * Recall both ways by cosine similarity, over all photos and all captions.
 * @param images One vector per photo.
 * @param texts One vector per caption.
 * @param photoOf The photo's index of each caption.
 */
export function measureRecall(
  images: readonly Float32Array[],
  texts: readonly Float32Array[],
  photoOf: readonly number[],
): RetrievalFigures {
  const unitImages = images.map(toUnit);
  const unitTexts = texts.map(toUnit);
  const captionRanks = unitTexts.map((text, caption) =>
    rankOf(text, unitImages, (photo) => photo === photoOf[caption]),
  );
  const photoRanks = unitImages.map((image, photo) =>
    rankOf(image, unitTexts, (caption) => photoOf[caption] === photo),
  );
  return {
    photos: images.length,
    captions: texts.length,
    textToImage: toRecall(captionRanks),
    imageToText: toRecall(photoRanks),
  };
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
