/**
 * ONNX Runtime with nothing around it, as the yardstick: one session at a time with its own defaults and all cores.
 *
 *     node dist/bench/measure/raw-child.js MODEL SECONDS [LENGTHS OF TEXTS, as 4,12]
 */
import { InferenceSession, Tensor } from '../../src/onnxruntime.js';
import { readImageSignature, readTextSignature } from '../../src/encoder/signature.js';
import type { TokenInput } from '../../src/encoder/signature.js';
import { availableCores } from '../../src/machine.js';
import { loadModelFolder } from '../../src/model/folder.js';
import { TEXT_LENGTHS } from '../plan.js';
import type { Sample } from './child.js';
import { measureRate } from './rate.js';

const IMAGE_BATCHES = [1, 2, 4, 8, 16];
const TEXT_BATCHES = [1, 4, 16, 32];

const [folder = '', seconds = '1', lengths = TEXT_LENGTHS.join()] = process.argv.slice(2);
const model = await loadModelFolder(folder);
const hints = { pooledIsEmbedding: model.pooledIsEmbedding };
const samples: Sample[] = [];

async function open(file: string): Promise<InferenceSession> {
  return InferenceSession.create(file, { intraOpNumThreads: availableCores(), logSeverityLevel: 3 });
}

async function measureImages({ file, settings }: NonNullable<typeof model.image>): Promise<void> {
  const session = await open(file);
  const { pixels, output } = readImageSignature(session.inputMetadata, session.outputMetadata, hints);
  for (const batch of IMAGE_BATCHES) {
    const dims = [batch, 3, settings.size, settings.size];
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, at) => Math.sin(at));
    const feeds = { [pixels]: new Tensor('float32', data, dims) };
    const runs = await measureRate(() => session.run(feeds, [output]), Number(seconds));
    samples.push({ name: `raw/image/batch ${batch}`, unit: 'images/s', value: runs * batch });
  }
  await session.release();
}

async function measureTexts({ file }: NonNullable<typeof model.text>): Promise<void> {
  const session = await open(file);
  const signature = readTextSignature(session.inputMetadata, session.outputMetadata, hints);
  for (const length of lengths.split(',').map(Number)) {
    for (const batch of TEXT_BATCHES) {
      const feed = (input: TokenInput | undefined, value: (at: number) => number) =>
        input ? { [input.name]: integers(input, [batch, length], value) } : {};
      const feeds = {
        ...feed(signature.ids, (at) => (at % length) + 1),
        ...feed(signature.attentionMask, () => 1),
        ...feed(signature.tokenTypes, () => 0),
      };
      const runs = await measureRate(() => session.run(feeds, [signature.output]), Number(seconds));
      samples.push({ name: `raw/text ${length}/batch ${batch}`, unit: 'texts/s', value: runs * batch });
    }
  }
  await session.release();
}

function integers(
  { type }: TokenInput,
  dims: readonly [number, number],
  value: (at: number) => number,
): Tensor {
  const values = Array.from({ length: dims[0] * dims[1] }, (_, at) => value(at));
  return type === 'int32'
    ? new Tensor('int32', Int32Array.from(values), dims)
    : new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
}

if (model.image) await measureImages(model.image);
if (model.text) await measureTexts(model.text);
process.stdout.write(JSON.stringify(samples));
