import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { pipeline } from 'node:stream/promises';
import type { ModelFolder, TowerFile } from '../../models/folder/folder.js';
import { externalFiles } from '../../onnx/file/external-files.js';
import { CONVERTER_VERSION } from '../../onnx/int8/converter.js';
import { normalizes } from '../../open/engine-options.js';
import type { PhotoCache } from '../../photos/index/photo-cache.js';
import { MEDIA_KINDS } from '../../photos/media/kinds.js';
import { statPhoto } from '../../photos/walk.js';
import { PREPARATION_VERSION } from '../../towers/image/versions.js';
import type { Config } from '../options/config.js';

type SpaceConfig = Pick<Config, 'precision' | 'normalize' | 'autoOrient'>;

/**
 * A name for all that a photo's or a sound's vector depends on beside its file: how it is prepared, the model, its files by their
 * content, how they are converted, and the options. Two starts with the same name give the same vectors, but for rounding.
 * @param cache Knows the hashes of files that have not changed, so that a model is not read through at each start.
 */
export async function nameVectorSpace(
  model: ModelFolder,
  config: SpaceConfig,
  cache: PhotoCache,
): Promise<string> {
  const all = MEDIA_KINDS.flatMap(({ modality }) => model.towers[modality] ?? []);
  // A tower of videos may be that of images: whether it is loaded changes nothing of what a photo is.
  const towers = all.filter((one, at) => all.findIndex((other) => isDeepStrictEqual(other, one)) === at);
  const hashes: string[] = [];
  for (const tower of towers) {
    for (const file of await towerFiles(model, tower))
      hashes.push(`${path.basename(file)} ${await hashFile(file, cache)}`);
  }
  const { precision, autoOrient } = config;
  return JSON.stringify([
    PREPARATION_VERSION,
    model.name,
    precision === 'int8' ? `int8 ${CONVERTER_VERSION}` : precision,
    normalizes(model, config),
    autoOrient,
    ...towers,
    hashes,
  ]);
}

/** The tower's graph, the weights that it names, and what says how it wants to be fed. */
export async function towerFiles({ folder }: ModelFolder, { file, settings }: TowerFile): Promise<string[]> {
  const weights = (await externalFiles(file)).map((name) => path.join(path.dirname(file), name));
  const asked = settings === undefined ? [] : [path.join(folder, settings)];
  return [file, ...weights, ...asked, path.join(folder, 'config.json')];
}

async function hashFile(file: string, cache: PhotoCache): Promise<string> {
  const state = await statPhoto(path.basename(file), file).catch(() => undefined);
  if (state === undefined) return 'none';
  const noted = cache.hashOf(state);
  if (noted !== undefined) return noted;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const digest = hash.digest('hex');
  cache.noteHash(state, digest);
  return digest;
}
