import { PHOTO_SIZES, makePhoto } from '../load/photos.js';

const PHOTOS = 8;
const MOST_PHOTOS = 3;
const MOST_TEXTS = 4;
/** One request in so many has an image that is none. */
const BAD = 7;

const { width, height } = PHOTO_SIZES['640x480'];

/** What each caller does, in words. */
export const SOAK_LOAD =
  `each sends its next request when the last is answered, with 1 to ${MOST_PHOTOS} of ${PHOTOS} different JPEGs of ${width} × ${height} ` +
  `and 0 to ${MOST_TEXTS} texts; one request in ${BAD} has an image that is none instead, and is to be refused (422)`;

export interface SoakRequest {
  readonly texts: readonly string[];
  readonly images: readonly Uint8Array[];
  /** The status that the answer is to have. */
  readonly expected: number;
}

/** The requests of a soak by their number; each caller counts for itself. */
export async function createSoakLoad(): Promise<(round: number, caller: number) => SoakRequest> {
  const photos = await Promise.all(Array.from({ length: PHOTOS }, (_, at) => makePhoto('640x480', at + 1)));
  return (round, caller) => {
    const texts = Array.from(
      { length: round % (MOST_TEXTS + 1) },
      (_, at) => `a photo of ${round} things, ${at}`,
    );
    if (round % BAD === 0) return { texts, images: [Buffer.from('no image')], expected: 422 };
    const images = Array.from(
      { length: 1 + (round % MOST_PHOTOS) },
      (_, at) => photos[(round + caller + at) % PHOTOS],
    );
    return { texts, images: images.filter((image) => image !== undefined), expected: 200 };
  };
}
