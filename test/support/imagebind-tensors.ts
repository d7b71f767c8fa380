/** A tensor of ImageBind's checkpoint: its official name, its shape, and what numbers it would have, about, before training. */
export interface TensorPlan {
  readonly name: string;
  readonly dims: readonly number[];
  readonly mean: number;
  readonly deviation: number;
}

export type TowerName = 'text' | 'vision' | 'audio' | 'depth' | 'thermal' | 'imu';

export interface ImageBindSizes {
  readonly towers: Readonly<Record<TowerName, { readonly width: number; readonly blocks: number }>>;
  /** Side of the patches of the vision tower, in pixels. */
  readonly patch: number;
  /** Numbers in a vector. */
  readonly dimensions: number;
  /** By what a linear layer makes numbers larger. */
  readonly gain: number;
}

const SIDE = 224;

/** Sizes of the published one. Source: facebookresearch/ImageBind, imagebind/models/imagebind_model.py (`imagebind_huge`). */
export const HUGE_SIZES: ImageBindSizes = {
  towers: {
    text: { width: 1024, blocks: 24 },
    vision: { width: 1280, blocks: 32 },
    audio: { width: 768, blocks: 12 },
    depth: { width: 384, blocks: 12 },
    thermal: { width: 768, blocks: 12 },
    imu: { width: 512, blocks: 6 },
  },
  patch: 14,
  dimensions: 1024,
  gain: 0.7,
};

/** Of the towers whose vectors are not of length 1; the text's is above the ceiling of 100. */
const SCALES: Readonly<Partial<Record<TowerName, number>>> = {
  ...{ text: 130, audio: 20, depth: 5, thermal: 10, imu: 5 },
};

/** Every tensor that an ImageBind of these sizes has, under its official name. */
export function imageBindTensors({ towers, patch, dimensions, gain }: ImageBindSizes): TensorPlan[] {
  const tensors: TensorPlan[] = [];
  const add = (name: string, dims: readonly number[], deviation: number, mean = 0) =>
    void tensors.push({ name, dims, deviation, mean });
  const norm = (name: string, width: number) => {
    add(`${name}.weight`, [width], 0.1, 1);
    add(`${name}.bias`, [width], 0.1);
  };
  const linear = (name: string, from: number, to: number) => {
    add(`${name}.weight`, [to, from], gain / Math.sqrt(from));
    add(`${name}.bias`, [to], 0.1);
  };
  for (const [name, { width, blocks }] of Object.entries(towers) as [
    TowerName,
    { width: number; blocks: number },
  ][]) {
    addStem(name, width, patch, add, norm);
    if (name === 'vision') norm('modality_trunks.vision.pre_transformer_layer.0', width);
    for (let at = 0; at < blocks; at++) {
      const block = `modality_trunks.${name}.blocks.${at}`;
      add(`${block}.attn.in_proj_weight`, [3 * width, width], gain / Math.sqrt(width));
      add(`${block}.attn.in_proj_bias`, [3 * width], 0.1);
      if (!['vision', 'text'].includes(name))
        for (const learned of ['bias_k', 'bias_v']) add(`${block}.attn.${learned}`, [1, 1, width], 0.5);
      linear(`${block}.attn.out_proj`, width, width);
      norm(`${block}.norm_1`, width);
      linear(`${block}.mlp.fc1`, width, 4 * width);
      linear(`${block}.mlp.fc2`, 4 * width, width);
      norm(`${block}.norm_2`, width);
    }
    const head = `modality_heads.${name}`;
    norm(name === 'text' ? `${head}.proj.0` : `${head}.0`, width);
    const projection = { text: 'proj.1', imu: '3' }[name as string] ?? '2';
    add(`${head}.${projection}.weight`, [dimensions, width], 1);
    const scale = SCALES[name];
    if (scale !== undefined) add(`modality_postprocessors.${name}.1.log_logit_scale`, [], 0, Math.log(scale));
  }
  return tensors;
}

function addStem(
  name: TowerName,
  width: number,
  patch: number,
  add: (name: string, dims: readonly number[], deviation: number) => void,
  norm: (name: string, width: number) => void,
): void {
  const prefix = `modality_preprocessors.${name}`;
  if (name === 'text') {
    add(`${prefix}.pos_embed`, [1, 77, width], 0.5);
    add(`${prefix}.mask`, [77, 77], 0);
    add(`${prefix}.token_embedding.weight`, [49_408, width], 1);
    return;
  }
  add(`${prefix}.cls_token`, [1, 1, width], 0.5);
  const [stem, proj, tokens] = {
    vision: ['rgbt_stem', [width, 3, 2, patch, patch], (SIDE / patch) ** 2],
    audio: ['rgbt_stem', [width, 1, 16, 16], 228],
    depth: ['depth_stem', [width, 1, 16, 16], 196],
    thermal: ['rgbt_stem', [width, 1, 16, 16], 196],
    imu: ['imu_stem', [width, 48], 250],
  }[name] as [string, number[], number];
  const inputs = proj.slice(1).reduce((product, side) => product * side, 1);
  add(`${prefix}.${stem}.proj${name === 'vision' ? '.1' : ''}.weight`, proj, 2 / Math.sqrt(inputs));
  if (name !== 'vision') norm(`${prefix}.${stem}.norm_layer`, width);
  add(
    `${prefix}.${name === 'imu' ? 'pos_embed' : 'pos_embedding_helper.pos_embed'}`,
    [1, tokens + 1, width],
    0.5,
  );
}
