import type { Modality } from '../../core/modality.js';
import { SIDE } from './towers.js';

/**
 * Whose preparation the vectors are to be equal to: that of Weaviate's multi2vec-bind container, whose clips of sounds and videos
 * never reach their end and which mixes time and channels of motion sensors; or Meta's own code of today.
 */
export type ClipPolicy = 'weaviate' | 'meta';

/** CLIP's, of colours as parts of 1. Source: facebookresearch/ImageBind, imagebind/data.py. */
const MEAN = [0.48145466, 0.4578275, 0.40821073];
const STD = [0.26862954, 0.26130258, 0.27577711];

const picture = (mode: string, channels: number) => ({
  ...{ size: SIDE, mode, interpolation: 'bicubic', resize_mode: 'shortest' },
  ...{ mean: MEAN.slice(0, channels), std: STD.slice(0, channels) },
});

/** Kaldi's filter bank of 25 ms every 10 ms, as torchaudio computes it. */
const SPECTROGRAM = {
  ...{ frame: 400, hop: 160, size: 512, window: 'symmetric', removeMean: true, preEmphasis: 0.97 },
  ...{ centred: false, power: 2 },
  mel: { bands: 128, lowest: 20, highest: 8000, scale: 'kaldi' },
  log: { kind: 'floor', value: 1.1920929e-7 },
};

/** The settings of each tower, by modality: the file that the tower reads, and what stands in it. */
export function towerSettings(
  policy: ClipPolicy,
): Readonly<Record<Modality, { readonly file: string; readonly content: object }>> {
  const isMeta = policy === 'meta';
  return {
    image: { file: 'image/preprocess_cfg.json', content: { ...picture('RGB', 3), frames: 2 } },
    video: {
      file: 'video.json',
      content: { clips: { count: 5, seconds: 2, policy }, size: SIDE, mean: MEAN, std: STD },
    },
    depth: { file: 'depth/preprocess_cfg.json', content: picture('L', 1) },
    thermal: { file: 'thermal/preprocess_cfg.json', content: picture('L', 1) },
    audio: {
      file: 'audio.json',
      content: {
        rate: 16_000,
        spectrogram: SPECTROGRAM,
        clips: { seconds: 2, count: 3, reachesEnd: isMeta, columns: 204, mean: -4.268, std: 9.138 },
      },
    },
    imu: {
      file: 'imu.json',
      content: { channels: 6, length: 2000, reading: isMeta ? 'transpose' : 'reshape' },
    },
  };
}

/** What lies beside the tokenizer: its length, what fills a row up, and that texts are mended as CLIP's are. */
export const TOKENIZER_SETTINGS = {
  tokenizer_class: 'CLIPTokenizer',
  model_max_length: 77,
  ...{ bos_token: '<|startoftext|>', eos_token: '<|endoftext|>', unk_token: '<|endoftext|>', pad_token: '!' },
  clean: 'openai',
};

/** As the model card and the LICENSE of facebookresearch/ImageBind have it. */
export const LICENCE = 'CC-BY-NC-SA-4.0';

export const NOTE =
  "ImageBind's weights are Meta's, under CC BY-NC-SA 4.0: for non-commercial use alone, and by their model card not for applications in the real world.";
