import { untilAborted } from '../core/until-aborted.js';
import { loadModelFolder } from '../models/folder/folder.js';
import type { ModelFolder } from '../models/folder/folder.js';
import { filesWithWeights } from '../models/folder/weights.js';
import type { PullEvent } from '../models/hub/pull-events.js';
import { resolveModel } from '../models/resolve.js';
import type { ResolvedModel, ResolveOptions } from '../models/resolve.js';
import { externalFiles } from '../onnx/file/external-files.js';
import type { DeriveEvent } from './derive-work.js';
import { deriveTowers } from './derived-towers.js';
import type { DeriveOptions } from './derived-towers.js';

export interface FindOptions
  extends
    Omit<ResolveOptions, 'externalFiles' | 'onEvent'>,
    Omit<DeriveOptions, 'cacheDir' | 'precision' | 'hashes' | 'onEvent' | 'stop'> {
  readonly onPull?: ((event: PullEvent) => void) | undefined;
  readonly onDerive?: ((event: DeriveEvent) => void) | undefined;
  /** Aborted when nobody waits for the model any more. A download is then left as it is, to be resumed by the next one. */
  readonly signal?: AbortSignal | undefined;
}

export interface FoundModel {
  readonly model: ModelFolder;
  /** The commit that its files are from; absent for folders and for the model shipped with the program. */
  readonly revision: string | undefined;
}

/**
 * The model that a reference names, fetched if it is not in the cache, in the precision and form that are asked for.
 * @param reference A name of the catalogue, `owner/name@revision` of the hub, or a folder.
 * @throws ModelSourceError or ModelFolderError that says what is missing and what to do; the signal's reason.
 */
export async function findModel(reference: string, options: FindOptions): Promise<FoundModel> {
  const { onPull, signal = new AbortController().signal } = options;
  const resolving = resolveModel(reference, {
    ...options,
    externalFiles,
    ...(onPull && { onEvent: onPull }),
  });
  const resolved = await untilAborted(resolving, signal);
  return { model: await loadFound(resolved, options), revision: resolved.revision };
}

/** The towers of a model that has been found, in the precision and form that are asked for. */
export async function loadFound(
  { folder, name, hashes }: ResolvedModel,
  options: FindOptions,
): Promise<ModelFolder> {
  const { modalities, precision, onDerive, signal } = options;
  const model = await loadModelFolder(folder, {
    modalities,
    precision: precision === 'fp16' ? 'fp16' : 'fp32',
    ...(name === folder ? {} : { name }),
  });
  await filesWithWeights(model, externalFiles); // a missing file is told by its name before anything is loaded
  return deriveTowers(model, { ...options, hashes, stop: signal, ...(onDerive && { onEvent: onDerive }) });
}
