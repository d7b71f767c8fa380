import path from 'node:path';
import { statIfThere } from '../../core/optional-file.js';
import type { ExternalFiles } from '../model-source.js';
import { ModelFolderError } from './folder-error.js';
import type { ModelFolder } from './folder.js';
import { requireNoPointer } from './lfs-pointer.js';

/**
 * The files that hold a model's towers, each once: the ONNX files, and those beside them that they name for their weights.
 * @throws ModelFolderError that names the file which is missing, or a pointer of Git LFS; what `externalFiles` throws.
 */
export async function filesWithWeights(model: ModelFolder, externalFiles: ExternalFiles): Promise<string[]> {
  const graphs = new Set(Object.values(model.towers).map(({ file }) => file));
  const files = new Set(graphs);
  for (const graph of graphs) {
    for (const name of await externalFiles(graph)) {
      const file = path.join(path.dirname(graph), name);
      if ((await statIfThere(file)) === undefined)
        throw new ModelFolderError(`${graph}: expected its weights in ${name} beside it, there is none`);
      await requireNoPointer(file, 'weights');
      files.add(file);
    }
  }
  return [...files];
}
