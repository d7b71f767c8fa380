/** How frequencies are laid out in bands that are as wide as the ear hears them. */
export interface MelSettings {
  readonly bands: number;
  /** The lowest band begins and the highest ends there, in Hz. */
  readonly lowest: number;
  readonly highest: number;
  /**
   * `kaldi`: mel = 1127 ln(1 + f / 700), sides of the triangles straight in mel; `slaney`: linear up to 1 kHz and logarithmic
   * above (Auditory Toolbox, 1998), sides straight in Hz, and each triangle of area 1 in Hz.
   */
  readonly scale: 'kaldi' | 'slaney';
}

/** A band: the numbers of a spectrum from `from` on, weighted and added up. */
export interface Triangle {
  readonly from: number;
  readonly weights: Float64Array;
}

/**
 * The triangles of all bands over the power spectrum of a transform.
 * @param rate Samples a second.
 * @param size Of the transform; its spectrum has `size / 2 + 1` numbers, of which the last, at half the rate, has no weight.
 */
export function melTriangles(settings: MelSettings, rate: number, size: number): Triangle[] {
  const { bands, lowest, highest, scale } = settings;
  const { toMel, toHertz } = SCALES[scale];
  const [low, high] = [toMel(lowest), toMel(highest)];
  const corners = Array.from({ length: bands + 2 }, (_, k) => low + ((high - low) * k) / (bands + 1));
  return Array.from({ length: bands }, (_, band) => {
    const [left, centre, right] = corners.slice(band, band + 3) as [number, number, number];
    const weigh = (hertz: number) =>
      scale === 'kaldi'
        ? triangle(toMel(hertz), left, centre, right)
        : triangle(hertz, toHertz(left), toHertz(centre), toHertz(right)) *
          (2 / (toHertz(right) - toHertz(left)));
    return sparse(Float64Array.from({ length: size / 2 }, (_, bin) => weigh((bin * rate) / size)));
  });
}

function triangle(x: number, left: number, centre: number, right: number): number {
  return Math.max(0, Math.min((x - left) / (centre - left), (right - x) / (right - centre)));
}

/** Without the zeros before and after; of zeros alone, as the narrowest bands are where no number falls into them, nothing. */
function sparse(weights: Float64Array): Triangle {
  const from = weights.findIndex((weight) => weight > 0);
  const to = weights.findLastIndex((weight) => weight > 0);
  return from < 0
    ? { from: 0, weights: new Float64Array(0) }
    : { from, weights: weights.slice(from, to + 1) };
}

/** Of Slaney's scale: 3 mel for 200 Hz below 1 kHz, 27 mel for each 6.4-fold above. */
const KNEE_HERTZ = 1000;
const KNEE_MEL = (3 * KNEE_HERTZ) / 200;
const LOG_STEP = Math.log(6.4) / 27;

const SCALES = {
  kaldi: {
    toMel: (hertz: number) => 1127 * Math.log(1 + hertz / 700),
    toHertz: (mel: number) => 700 * (Math.exp(mel / 1127) - 1),
  },
  slaney: {
    toMel: (hertz: number) =>
      hertz < KNEE_HERTZ ? (3 * hertz) / 200 : KNEE_MEL + Math.log(hertz / KNEE_HERTZ) / LOG_STEP,
    toHertz: (mel: number) =>
      mel < KNEE_MEL ? (200 * mel) / 3 : KNEE_HERTZ * Math.exp((mel - KNEE_MEL) * LOG_STEP),
  },
};
