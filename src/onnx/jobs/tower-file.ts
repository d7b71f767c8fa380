import path from 'node:path';
import { modelChunks } from '../file/decoded-model.js';
import type { OnnxModel } from '../file/decoded-model.js';
import type { ModelInMemory } from '../file/external-files.js';
import { parseWithExternal, putExternal } from '../file/external-weights.js';
import { writeChunks } from '../file/write.js';
import { openOwnPart, readIntoMemory } from '../session/own-part.js';
import type { CallSpec } from '../session/own-part.js';
import { openTrialSession } from '../trial/trial-model.js';

/** A tower that is to be changed. */
interface ReadTower {
  readonly model: OnnxModel;
  /** The same as it was read, for a session: its external weights are still where they were. */
  readonly source: ModelInMemory;
  /** Whether weights were in files of their own, which a model of more than 2 GB needs. */
  readonly isExternal: boolean;
}

/**
 * The tower of a file that is called so, all its weights in memory; of a file that holds several towers that one alone.
 * @throws Error that names the file, if it cannot be read or run.
 */
export async function readTower(file: string, call: CallSpec): Promise<ReadTower> {
  const model = await ownPartOf(file, call);
  const source = typeof model === 'string' ? await readIntoMemory(model) : model;
  return { source, ...parseWithExternal(source) };
}

async function ownPartOf(file: string, call: CallSpec): Promise<string | ModelInMemory> {
  try {
    const { session, model } = await openOwnPart(file, call, (part) => openTrialSession(part, {}));
    await session.release();
    return model;
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Writes a tower, with its weights in a file beside it where the tower that it was made from had them outside. */
export async function writeTower(file: string, { model, isExternal }: ReadTower): Promise<void> {
  const { initializer } = model.graph;
  const location = `${path.basename(file)}.data`;
  if (isExternal)
    await writeChunks(path.join(path.dirname(file), location), putExternal(initializer, location));
  await writeChunks(file, modelChunks(model));
}
