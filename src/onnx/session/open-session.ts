import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cutModel } from '../file/cut-model.js';
import { withRealLocations } from '../file/external-files.js';
import type { ModelInMemory } from '../file/external-files.js';
import { NotOnnxError } from '../file/graph-fields.js';
import { weightsInPlace } from '../file/weights-in-place.js';
import type { EncoderSpec } from './encoder-spec.js';
import { InferenceSession } from './onnxruntime.js';
import { inputsOf } from './inputs.js';
import { SignatureError } from './metadata.js';
import { readSignature } from './signature.js';
import type { Signature } from './signature.js';

interface OpenSession {
  readonly session: InferenceSession;
  readonly signature: Signature;
}

/**
 * A session for a model file, and how to call it. A file that asks for more than it is to be fed holds another tower too:
 * it is cut to this one in memory, so that a text never runs the image tower. Such a file is loaded twice at the start,
 * once to read what it has.
 * @throws Error that names the file and what it lacks.
 */
export async function openSession(spec: EncoderSpec): Promise<OpenSession> {
  try {
    const model = weightsInPlace(spec.file, { forGood: spec.isDerived === true });
    if (!model) return await openOwnPart(spec, spec.file);
    try {
      return await openOwnPart(spec, model);
    } finally {
      model.bytes.buffer.resize(0);
    }
  } catch (error) {
    throw new Error(`${spec.file}: ${reasonOf(error, spec)}`, { cause: error });
  }
}

async function openOwnPart(spec: EncoderSpec, model: string | ModelInMemory): Promise<OpenSession> {
  const whole = await open(spec, model);
  if (inputsNotFed(whole).length === 0) return whole;
  await whole.session.release();
  const { bytes, folder } =
    typeof model === 'string' ? withRealLocations(await readFile(model), path.dirname(model)) : model;
  const cut = await open(spec, { bytes: cutModel(bytes, whole.signature.output), folder });
  const [notFed] = inputsNotFed(cut);
  if (notFed === undefined) return cut;
  await cut.session.release();
  throw new SignatureError(
    `expected ${cut.signature.output} to need ${inputsOf(cut.signature).join(', ')}, the file also asks for ${notFed}`,
  );
}

async function open(spec: EncoderSpec, model: string | ModelInMemory): Promise<OpenSession> {
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, sessionOptions(spec))
      : await InferenceSession.create(model.bytes, sessionOptions(spec, model.folder));
  const { inputMetadata, outputMetadata } = session;
  try {
    return { session, signature: readSignature(inputMetadata, outputMetadata, spec) };
  } catch (error) {
    await session.release();
    throw error;
  }
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

function inputsNotFed({ session, signature }: OpenSession): string[] {
  const fed = inputsOf(signature);
  return session.inputNames.filter((name) => !fed.includes(name));
}

/** ONNX Runtime's own words, without the path (it stands before them) and without places in ONNX Runtime's source. */
function reasonOf(error: unknown, { file }: EncoderSpec): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SignatureError || error instanceof NotOnnxError) return message;
  const words = message
    .replace(`Load model from ${file} failed:`, '')
    .replace(/\/onnxruntime_src\/\S+ .*?\) /, '');
  return `expected an ONNX model that can be run: ${words.trim()}`;
}
