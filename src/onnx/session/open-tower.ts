import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession } from './onnxruntime.js';
import { cutModel } from '../file/cut-model.js';
import { SignatureError, inputsOf, readImageSignature, readTextSignature } from './signature.js';
import type { TowerSignature } from './signature.js';
import type { TowerSpec } from './tower-spec.js';
import { weightsInPlace } from './weights-in-place.js';

export interface OpenTower {
  readonly session: InferenceSession;
  readonly signature: TowerSignature;
}

/**
 * A session for one tower of a file, and how to call it. A file that asks for more than this tower's inputs holds the
 * other tower too: it is cut to this one in memory, so that a text never runs the image tower. Such a file is loaded
 * twice at the start, once to read what it has.
 * @throws Error that names the file and what it lacks.
 */
export async function openTower(spec: TowerSpec): Promise<OpenTower> {
  try {
    const model = weightsInPlace(spec.file, { forGood: spec.isDerived === true });
    if (!model) return await openWhole(spec, spec.file, path.dirname(spec.file));
    try {
      return await openWhole(spec, model.bytes, model.folder);
    } finally {
      model.bytes.buffer.resize(0);
    }
  } catch (error) {
    throw new Error(`${spec.file}: ${reasonOf(error, spec)}`, { cause: error });
  }
}

async function openWhole(spec: TowerSpec, model: string | Uint8Array, folder: string): Promise<OpenTower> {
  const whole = await open(spec, model, folder);
  if (strangers(whole).length === 0) return fitting(whole, spec);
  await whole.session.release();
  const bytes = typeof model === 'string' ? await readFile(model) : model;
  const cut = await open(spec, cutModel(bytes, whole.signature.output), folder);
  const [stranger] = strangers(cut);
  if (stranger === undefined) return fitting(cut, spec);
  await cut.session.release();
  throw new SignatureError(
    `expected ${cut.signature.output} to need ${inputsOf(cut.signature).join(', ')}, the file also asks for ${stranger}`,
  );
}

async function open(spec: TowerSpec, model: string | Uint8Array, folder: string): Promise<OpenTower> {
  const options = sessionOptions(spec, folder);
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  const { inputMetadata, outputMetadata } = session;
  const read = spec.modality === 'image' ? readImageSignature : readTextSignature;
  try {
    return { session, signature: read(inputMetadata, outputMetadata, spec) };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function sessionOptions(spec: TowerSpec, weightsFolder: string): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: spec.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: {
      session: {
        // Where a model that comes from memory finds weights that are in a file.
        model_external_initializers_file_folder_path: weightsFolder,
        // Threads that spin for long while they wait take the cores from the other tower and from the preparation of
        // images, and work in a few large blocks waits for the thread that lost its core: measured in bench/README.md.
        intra_op: spinning(spec),
        dynamic_block_base: '4',
      },
    },
  };
}

function spinning({ spinMicroseconds = 0 }: TowerSpec): Record<string, string> {
  if (spinMicroseconds === 0) return { allow_spinning: '0' };
  return { allow_spinning: '1', spin_duration_us: String(spinMicroseconds) };
}

/** Inputs that this tower has nothing for. */
function strangers({ session, signature }: OpenTower): string[] {
  const own = inputsOf(signature);
  return session.inputNames.filter((name) => !own.includes(name));
}

/** The tower, if the sizes that are fixed in its file are those of the folder's settings. */
function fitting(tower: OpenTower, { imageSize, text }: TowerSpec): OpenTower {
  const { signature } = tower;
  if (signature.modality === 'image') {
    const { fixedSide, pixels } = signature;
    if (fixedSide !== undefined && imageSize !== undefined && fixedSide !== imageSize) {
      throw new SignatureError(
        `${pixels}: expected images of ${imageSize} pixels a side, as the folder's settings say, the file takes ${fixedSide}`,
      );
    }
    return tower;
  }
  const { fixedLength, ids } = signature;
  if (fixedLength !== undefined && text && fixedLength < text.contextLength) {
    throw new SignatureError(
      `${ids.name}: expected rows of ${text.contextLength} tokens, as the folder's settings say, the file takes ${fixedLength}`,
    );
  }
  return tower;
}

/** ONNX Runtime's own words, without the path (it stands before them) and without places in ONNX Runtime's source. */
function reasonOf(error: unknown, { file }: TowerSpec): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SignatureError) return message;
  const words = message
    .replace(`Load model from ${file} failed:`, '')
    .replace(/\/onnxruntime_src\/\S+ .*?\) /, '');
  return `expected an ONNX model that can be run: ${words.trim()}`;
}
