import { checkpointFile } from './checkpoint-file.js';
import type { TensorSketch } from './checkpoint-file.js';
import { seededRandom } from './random.js';

/** Two blocks each, and what their stems have, in the widths that follow. */
const BLOCKS = 2;
const DIMENSIONS = 16;
const WIDTHS = { text: 8, vision: 24, audio: 12, depth: 8, thermal: 16, imu: 12 };
type Name = keyof typeof WIDTHS;

/** Heads of its towers, as no shape tells them. */
export const TINY_HEADS: Readonly<Record<Name, number>> = {
  ...{ text: 2, vision: 3, audio: 2, depth: 2, thermal: 4, imu: 3 },
};
/** The same as `--heads` has it. */
export const TINY_HEADS_FLAG = Object.entries(TINY_HEADS)
  .map(([name, heads]) => `${name}=${heads}`)
  .join();

/** What the vectors of the towers are long, by what they embed. The text's is above the ceiling of 100. */
export const TINY_LENGTHS = { text: 100, image: 1, audio: 20, depth: 5, thermal: 10, imu: 5 } as const;
const SCALES: Readonly<Partial<Record<Name, number>>> = {
  text: 130,
  audio: 20,
  depth: 5,
  thermal: 10,
  imu: 5,
};

/** The tensors of a random ImageBind, under their official names and in their official shapes but for the widths. */
export function tinyImageBind(widths: Partial<typeof WIDTHS> = {}): Record<string, TensorSketch> {
  const random = seededRandom(1);
  const tensors: Record<string, TensorSketch> = {};
  const add = (name: string, dims: readonly number[], deviation: number, mean = 0) => {
    const size = dims.reduce((product, side) => product * side, 1);
    const values = Float32Array.from({ length: size }, () => mean + deviation * 3.4 * (random() - 0.5));
    tensors[name] = { dims, values };
  };
  const norm = (name: string, width: number) => {
    add(`${name}.weight`, [width], 0.1, 1);
    add(`${name}.bias`, [width], 0.1);
  };
  const linear = (name: string, from: number, to: number) => {
    add(`${name}.weight`, [to, from], 1.5 / Math.sqrt(from));
    add(`${name}.bias`, [to], 0.1);
  };
  for (const [name, width] of Object.entries({ ...WIDTHS, ...widths }) as [Name, number][]) {
    addStem(name, width, add, norm);
    if (name === 'vision') norm('modality_trunks.vision.pre_transformer_layer.0', width);
    for (let at = 0; at < BLOCKS; at++) {
      const block = `modality_trunks.${name}.blocks.${at}`;
      add(`${block}.attn.in_proj_weight`, [3 * width, width], 1.5 / Math.sqrt(width));
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
    add(`${head}.${projection}.weight`, [DIMENSIONS, width], 1);
    const scale = SCALES[name];
    if (scale !== undefined) add(`modality_postprocessors.${name}.1.log_logit_scale`, [], 0, Math.log(scale));
  }
  return tensors;
}

/** Its file. */
export const tinyImageBindFile = () => checkpointFile(tinyImageBind());

function addStem(
  name: Name,
  width: number,
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
    vision: ['rgbt_stem', [width, 3, 2, 56, 56], 16],
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
