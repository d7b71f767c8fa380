import { USUAL_TOWERS } from '../../models/layouts.js';
import { loadModelFolder } from '../../models/folder/folder.js';
import { folderAtHand } from '../../models/resolve.js';
import { MEDIA_KINDS, VIDEO } from '../../photos/media/kinds.js';
import type { Config } from '../options/config.js';

/**
 * The towers that a demo loads: the usual ones, and those for the other kinds of files that the model has towers for. What a
 * model of a hub has is not known before it is fetched: of such a model the usual ones.
 */
export async function demoModalities(
  { model, modalities }: Pick<Config, 'model' | 'modalities'>,
  hasFfmpeg: boolean,
): Promise<readonly string[]> {
  const folder = folderAtHand(model);
  if (folder === undefined) return modalities;
  const further = MEDIA_KINDS.filter((kind) => hasFfmpeg || kind !== VIDEO)
    .map(({ modality }) => modality)
    .filter((one) => !USUAL_TOWERS.includes(one) && !modalities.includes(one));
  const there = await Promise.all(further.map((modality) => hasTower(folder, modality)));
  return [...modalities, ...further.filter((_, at) => there[at])];
}

/** Whatever else is wrong with a folder is told when it is loaded. */
function hasTower(folder: string, modality: string): Promise<boolean> {
  return loadModelFolder(folder, { modalities: [modality] }).then(
    () => true,
    () => false,
  );
}
