import { NoFileError } from '../../core/regular-file.js';
import type { ModelInMemory } from '../file/external-files.js';
import { NotOnnxError } from '../file/graph-fields.js';
import { weightsInPlace } from '../file/weights-in-place.js';
import type { EncoderSpec } from './encoder-spec.js';
import { InferenceSession } from './onnxruntime.js';
import { SignatureError } from './metadata.js';
import { openOwnPart } from './own-part.js';
import type { Signature } from './signature.js';

interface OpenSession {
  readonly session: InferenceSession;
  readonly signature: Signature;
}

/**
 * A session for a model file, or for its own part of a file that holds several towers, and how to call it.
 * @throws Error that names the file and what it lacks.
 */
export async function openSession(spec: EncoderSpec): Promise<OpenSession> {
  try {
    const model = weightsInPlace(spec.file, { forGood: spec.isDerived === true });
    const open = (source: string | ModelInMemory) => openOwnPart(source, spec, (part) => create(spec, part));
    if (!model) return await open(spec.file);
    try {
      return await open(model);
    } finally {
      model.bytes.buffer.resize(0);
    }
  } catch (error) {
    throw new Error(`${spec.file}: ${reasonOf(error, spec)}`, { cause: error });
  }
}

function create(spec: EncoderSpec, model: string | ModelInMemory): Promise<InferenceSession> {
  return typeof model === 'string'
    ? InferenceSession.create(model, sessionOptions(spec))
    : InferenceSession.create(model.bytes, sessionOptions(spec, model.folder));
}

function sessionOptions(spec: EncoderSpec, weightsFolder?: string): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: spec.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: {
      session: {
        // Where a model that comes from memory finds weights that are in a file. A model that comes from a file is not
        // told: it finds them beside itself, and also where download caches have links for both.
        ...(weightsFolder !== undefined && { model_external_initializers_file_folder_path: weightsFolder }),
        // Threads that spin for long while they wait take the cores from the other encoders and from the preparation of
        // images, and work in a few large blocks waits for the thread that lost its core: measured in bench/README.md.
        intra_op: spinning(spec),
        dynamic_block_base: '4',
      },
    },
  };
}

function spinning({ spinMicroseconds = 0 }: EncoderSpec): Record<string, string> {
  if (spinMicroseconds === 0) return { allow_spinning: '0' };
  return { allow_spinning: '1', spin_duration_us: String(spinMicroseconds) };
}

/** Errors that say what is wrong with a model's file in words of this program. */
const NAMED = [SignatureError, NotOnnxError, NoFileError] as const;

/** ONNX Runtime's own words, without the path (it stands before them) and without places in ONNX Runtime's source. */
function reasonOf(error: unknown, { file }: EncoderSpec): string {
  const message = error instanceof Error ? error.message : String(error);
  if (NAMED.some((kind) => error instanceof kind)) return message;
  const words = message
    .replace(`Load model from ${file} failed:`, '')
    .replace(/\/onnxruntime_src\/\S+ .*?\) /, '');
  return `expected an ONNX model that can be run: ${words.trim()}`;
}
