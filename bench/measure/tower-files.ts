import { deriveTowers } from '../../src/open/derived-towers.js';
import { loadModelFolder } from '../../src/models/folder/folder.js';

/** Files of a model's towers by what was done to them: `fp32` is nothing. */
export type TowerFiles = Readonly<Record<string, { readonly image?: string; readonly text?: string }>>;

/**
 * The towers as they are, as `OPTIMIZE=on` makes them, and in int8 if it is among the precisions: made in the cache
 * unless they are there. A tower in which the optimiser changes nothing is left out.
 */
export async function makeTowerFiles(
  folder: string,
  precisions: readonly string[],
  cacheDir: string,
): Promise<TowerFiles> {
  const model = await loadModelFolder(folder);
  const derive = async (precision: 'fp32' | 'int8', optimize: boolean) => {
    const options = {
      threads: 'auto',
      spinMicroseconds: 0,
      normalize: 'auto',
      cacheDir,
      precision,
      optimize,
    } as const;
    const derived = await deriveTowers(model, options);
    const { image, text } = derived.towers;
    return {
      ...(image?.isDerived ? { image: image.file } : {}),
      ...(text?.isDerived ? { text: text.file } : {}),
    };
  };
  return {
    fp32: {
      ...(model.towers.image ? { image: model.towers.image.file } : {}),
      ...(model.towers.text ? { text: model.towers.text.file } : {}),
    },
    optimised: await derive('fp32', true),
    ...(precisions.includes('int8') ? { int8: await derive('int8', false) } : {}),
  };
}
