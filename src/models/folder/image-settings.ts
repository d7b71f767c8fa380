/** How a model wants its pixels: what `preprocessor_config.json` and its like say, in one form. */
export interface ImageSettings {
  /** Side of the square input, in pixels. */
  readonly size: number;
  /**
   * `shortest-edge`: the short side becomes `resizeTo`, the long side `int(resizeTo * long / short)`, then a centre crop
   * of `size`. `squash`: both sides become `size`, whatever the shape (SigLIP).
   */
  readonly resize: 'shortest-edge' | 'squash';
  /** The short side after `shortest-edge`, in pixels; equal to `size` for CLIP. */
  readonly resizeTo: number;
  readonly filter: 'bicubic' | 'bilinear';
  /** Offset of the centre crop: `floor((d - size) / 2)` as Hugging Face, or rounded half to even as OpenAI and OpenCLIP. */
  readonly cropRounding: 'floor' | 'half-even';
  /** What a byte is multiplied by before the mean is taken off; 1/255 for every known model. */
  readonly rescaleFactor: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}
