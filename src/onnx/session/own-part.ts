import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cutModel } from '../file/cut-model.js';
import { withRealLocations } from '../file/external-files.js';
import type { ModelInMemory } from '../file/external-files.js';
import type { EncoderSpec } from './encoder-spec.js';
import { inputsOf } from './inputs.js';
import { SignatureError } from './metadata.js';
import type { InferenceSession } from './onnxruntime.js';
import { readSignature } from './signature.js';
import type { Signature } from './signature.js';

/** How a model is called; see `EncoderSpec`. */
export type CallSpec = Pick<EncoderSpec, 'input' | 'outputs' | 'evenLengths'>;

interface OpenPart {
  readonly session: InferenceSession;
  readonly signature: Signature;
  /** What the session runs: the model as it was given, or what was cut out of it. */
  readonly model: string | ModelInMemory;
}

/**
 * A session for the one tower of a model that is called so. A file that asks for more than it is to be fed holds another
 * tower too: it is cut to this one in memory, so that a text never runs the image tower. Such a file is loaded twice, once
 * to read what it has.
 * @param create Makes a session of a file, or of a model in memory.
 * @throws SignatureError that names what the model lacks; what `create` throws.
 */
export async function openOwnPart(
  model: string | ModelInMemory,
  call: CallSpec,
  create: (model: string | ModelInMemory) => Promise<InferenceSession>,
): Promise<OpenPart> {
  const whole = await openPart(model, call, create);
  if (inputsNotFed(whole).length === 0) return whole;
  await whole.session.release();
  const { bytes, folder } = typeof model === 'string' ? await readIntoMemory(model) : model;
  const cut = await openPart({ bytes: cutModel(bytes, whole.signature.output), folder }, call, create);
  const [notFed] = inputsNotFed(cut);
  if (notFed === undefined) return cut;
  await cut.session.release();
  throw new SignatureError(
    `expected ${cut.signature.output} to need ${inputsOf(cut.signature).join(', ')}, the file also asks for ${notFed}`,
  );
}

/** The bytes of a model file, for sessions and readers that find its external weights in the folder. */
export async function readIntoMemory(file: string): Promise<ModelInMemory> {
  return withRealLocations(await readFile(file), path.dirname(file));
}

async function openPart(
  model: string | ModelInMemory,
  call: CallSpec,
  create: (model: string | ModelInMemory) => Promise<InferenceSession>,
): Promise<OpenPart> {
  const session = await create(model);
  const { inputMetadata, outputMetadata } = session;
  try {
    return { session, signature: readSignature(inputMetadata, outputMetadata, call), model };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function inputsNotFed({ session, signature }: OpenPart): string[] {
  const fed = inputsOf(signature);
  return session.inputNames.filter((name) => !fed.includes(name));
}
