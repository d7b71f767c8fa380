import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '../../src/core/own-module.js';
import { clipConfig } from './clip-config.js';
import type { ClipShape } from './random-clip.js';
import { CLIP_SHAPES, createImageTower, createTextTower, listWeights } from './random-clip.js';
import { toSafetensors } from './safetensors.js';

/** CLIP's own tokenizer, from the wheel open-clip-torch (MIT); the tests have it too. */
const CLIP_TOKENIZER = fileURLToPath(new URL('test/fixtures/tokenizers/clip/tokenizer.json.gz', ROOT));

type Preset = keyof typeof CLIP_SHAPES;

/**
 * The folder of a CLIP of that shape with random weights, made on first use and kept among the temporary files. Its
 * vectors mean nothing; its speed and memory are those of a real one.
 */
export async function ensureRandomModel(preset: Preset): Promise<string> {
  const folder = path.join(tmpdir(), 'handspring-bench', preset);
  if (existsSync(folder)) return folder;
  const part = `${folder}.${process.pid}.part`;
  await mkdir(path.join(part, 'onnx'), { recursive: true });
  try {
    await writeModel(part, CLIP_SHAPES[preset]);
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return folder;
}

/** The same folder with the same weights as `model.safetensors` too, which Hugging Face's Python library reads. */
export async function ensureRandomModelForPython(preset: Preset): Promise<string> {
  const folder = await ensureRandomModel(preset);
  const file = path.join(folder, 'model.safetensors');
  if (existsSync(file)) return folder;
  // A folder that an earlier release made says less of the model's shape than this reader wants.
  await writeJson(path.join(folder, 'config.json'), clipConfig(CLIP_SHAPES[preset]));
  const part = `${file}.${process.pid}.part`;
  try {
    await writePieces(part, toSafetensors(listWeights(CLIP_SHAPES[preset])));
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
  return folder;
}

async function writeModel(folder: string, shape: ClipShape): Promise<void> {
  await writePieces(path.join(folder, 'onnx/vision_model.onnx'), createImageTower(shape));
  await writePieces(path.join(folder, 'onnx/text_model.onnx'), createTextTower(shape));
  await writeClipTokenizer(folder, shape.context);
  await writeJson(path.join(folder, 'config.json'), clipConfig(shape));
  await writeJson(path.join(folder, 'preprocessor_config.json'), {
    image_processor_type: 'CLIPImageProcessor',
    do_convert_rgb: true,
    do_resize: true,
    size: { shortest_edge: shape.imageSize },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: shape.imageSize, width: shape.imageSize },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_std: [0.26862954, 0.26130258, 0.27577711],
  });
}

/** The files of a model folder that CLIP's tokenizer is read from. */
export async function writeClipTokenizer(folder: string, context: number): Promise<void> {
  await writeFile(path.join(folder, 'tokenizer.json'), gunzipSync(await readFile(CLIP_TOKENIZER)));
  const tokenizer = {
    tokenizer_class: 'CLIPTokenizer',
    pad_token: '<|endoftext|>',
    model_max_length: context,
  };
  await writeJson(path.join(folder, 'tokenizer_config.json'), tokenizer);
  const texts = { max_position_embeddings: context };
  await writeJson(path.join(folder, 'config.json'), { model_type: 'clip', text_config: texts });
}

async function writePieces(file: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    for (const piece of pieces) await handle.writeFile(piece);
  } finally {
    await handle.close();
  }
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
