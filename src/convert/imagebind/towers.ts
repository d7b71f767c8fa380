import type { Modality } from '../../core/modality.js';

/** A tower as ImageBind has it: what its tensors are called, and what cannot be told from their shapes. */
export interface TowerFacts {
  /** In the names of the checkpoint. */
  readonly name: string;
  /** What it embeds, here. */
  readonly modality: Modality;
  /** What else it embeds, prepared in another way: a video is pairs of its frames. */
  readonly also?: Modality;
  /** Of `imagebind_huge`, the one that was published. */
  readonly heads: number;
  readonly stem: Stem;
  /** The last linear layer. */
  readonly projection: string;
}

/** How an item becomes tokens. */
export type Stem =
  | { readonly kind: 'text'; readonly context: number; readonly vocabulary: number }
  | { readonly kind: 'frames'; readonly proj: string; readonly frames: number; readonly side: number }
  | {
      readonly kind: 'picture';
      readonly proj: string;
      readonly norm: string;
      readonly shape: readonly [number, number];
      readonly stride: number;
    }
  | {
      readonly kind: 'signal';
      readonly proj: string;
      readonly norm: string;
      readonly channels: number;
      readonly length: number;
      readonly piece: number;
    };

/** Sides of the pictures, in pixels. */
export const SIDE = 224;

const picture = (stem: string, shape: readonly [number, number], stride: number): Stem => ({
  kind: 'picture',
  proj: `${stem}.proj.weight`,
  norm: `${stem}.norm_layer`,
  shape,
  stride,
});

/** Source: facebookresearch/ImageBind, imagebind/models/imagebind_model.py (`imagebind_huge`). */
export const TOWERS: readonly TowerFacts[] = [
  {
    ...{ name: 'text', modality: 'text', heads: 16, projection: 'proj.1.weight' },
    stem: { kind: 'text', context: 77, vocabulary: 49_408 },
  },
  {
    ...{ name: 'vision', modality: 'image', also: 'video', heads: 16, projection: '2.weight' },
    stem: { kind: 'frames', proj: 'rgbt_stem.proj.1.weight', frames: 2, side: SIDE },
  },
  {
    ...{ name: 'audio', modality: 'audio', heads: 12, projection: '2.weight' },
    stem: picture('rgbt_stem', [128, 204], 10),
  },
  {
    ...{ name: 'depth', modality: 'depth', heads: 8, projection: '2.weight' },
    stem: picture('depth_stem', [SIDE, SIDE], 16),
  },
  {
    ...{ name: 'thermal', modality: 'thermal', heads: 12, projection: '2.weight' },
    stem: picture('rgbt_stem', [SIDE, SIDE], 16),
  },
  {
    ...{ name: 'imu', modality: 'imu', heads: 8, projection: '3.weight' },
    stem: {
      kind: 'signal',
      ...{ proj: 'imu_stem.proj.weight', norm: 'imu_stem.norm_layer', channels: 6, length: 2000, piece: 8 },
    },
  },
];

/** All that a tower embeds. */
export function modalitiesOf({ modality, also }: TowerFacts): readonly Modality[] {
  return also === undefined ? [modality] : [modality, also];
}

/** Heads of each tower, by its name in the checkpoint. */
export type Heads = Readonly<Record<string, number>>;

export const HUGE_HEADS: Heads = Object.fromEntries(TOWERS.map(({ name, heads }) => [name, heads]));
