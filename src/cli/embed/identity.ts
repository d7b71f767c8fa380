import { createHash } from 'node:crypto';
import { sha256File } from '../../core/sha256-file.js';
import { VERSION } from '../../core/version.js';
import type { ModelFolder } from '../../models/folder/folder.js';
import { defaultPrompt } from '../../models/folder/prompts.js';
import { normalizes } from '../../open/engine-options.js';
import { towerFiles } from '../commands/vector-space.js';
import type { Config } from '../options/config.js';
import type { RunIdentity } from './run-file.js';

/** All that vectors depend on beside what is embedded: this version, the model's files by their content, and the options. */
export async function modelIdentity(model: ModelFolder, config: Config): Promise<RunIdentity> {
  const files = new Set<string>();
  for (const tower of Object.values(model.towers))
    for (const file of await towerFiles(model, tower)) files.add(file);
  const hashes = await Promise.all([...files].map((file) => sha256File(file).catch(() => 'none')));
  const { modalities, precision, autoOrient, longText, maxTextWindows } = config;
  return {
    version: VERSION,
    model: model.name,
    modalities,
    precision,
    normalize: normalizes(model, config),
    autoOrient,
    longText,
    maxTextWindows,
    prompt: defaultPrompt(model),
    files: createHash('sha256').update(hashes.join()).digest('hex'),
  };
}
