import type { Modality } from '../../core/modality.js';
import { towersThere } from '../../models/towers-there.js';
import { MEDIA_KINDS, VIDEO } from '../../photos/media/kinds.js';
import { resolveOptions } from '../open-model.js';
import type { Config } from '../options/config.js';

/**
 * The towers that a demo loads: that of texts, and those for all kinds of files that the model has towers for. Where that cannot be
 * told, the usual ones.
 */
export async function demoModalities(config: Config, hasFfmpeg: boolean): Promise<readonly Modality[]> {
  const kinds = MEDIA_KINDS.filter((kind) => hasFfmpeg || kind !== VIDEO).map(({ modality }) => modality);
  const others = config.modalities.filter((modality) => !kinds.includes(modality));
  const there = await towersThere(config.model, [...others, ...kinds], resolveOptions(config));
  const shown = kinds.filter((modality) => there?.includes(modality));
  return shown.length === 0 ? config.modalities : [...others, ...shown];
}
