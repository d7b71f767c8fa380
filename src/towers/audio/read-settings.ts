import path from 'node:path';
import { ModelFolderError } from '../../models/folder/folder-error.js';
import type { TowerFile } from '../../models/folder/folder.js';
import { readJsonObject } from '../../models/folder/json-file.js';
import { parseClapSettings } from './clap-settings.js';
import { parseAudioSettings } from './settings.js';
import type { AudioSettings } from './settings.js';

const FILE = 'audio.json';
/** Hugging Face's name of its settings. */
const CLAP_FILE = 'preprocessor_config.json';

/**
 * How an audio tower of a model folder wants its sounds.
 * @throws ModelFolderError that names the file, and the setting that cannot be followed.
 */
export async function readAudioSettings(
  folder: string,
  { settings: file = FILE }: Pick<TowerFile, 'settings'>,
): Promise<AudioSettings> {
  const config = await readJsonObject(path.join(folder, file));
  if (!config) throw new ModelFolderError(`${folder}: expected ${file}, there is none`);
  try {
    return path.basename(file) === CLAP_FILE ? parseClapSettings(config) : parseAudioSettings(config);
  } catch (error) {
    throw new ModelFolderError(`${folder}: ${file}: ${(error as Error).message}`, { cause: error });
  }
}
