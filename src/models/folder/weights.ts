import path from 'node:path';
import { LFS_POINTER_BYTES, isLfsPointer, lfsPointerMessage } from '../../core/lfs-pointer.js';
import { statIfThere } from '../../core/optional-file.js';
import { NoFileError, openFile } from '../../core/regular-file.js';
import { isInside } from '../layouts.js';
import type { ExternalFiles } from '../model-source.js';
import { ModelFolderError } from './folder-error.js';
import type { ModelFolder } from './folder.js';

/**
 * The files that hold a model's towers, each once: the ONNX files, and those beside them that they name for their weights.
 * @throws ModelFolderError that names the file which is missing, outside of the folder, or a pointer of Git LFS; what `externalFiles` throws.
 */
export async function filesWithWeights(model: ModelFolder, externalFiles: ExternalFiles): Promise<string[]> {
  const graphs = new Set(Object.values(model.towers).map(({ file }) => file));
  const files = new Set(graphs);
  for (const graph of graphs) {
    for (const name of await externalFiles(graph)) {
      if (!isInside(name))
        throw new ModelFolderError(
          `${graph}: expected its weights in files of its folder, it names ${JSON.stringify(name)}`,
        );
      const file = path.join(path.dirname(graph), name);
      if ((await statIfThere(file)) === undefined)
        throw new ModelFolderError(`${graph}: expected its weights in ${name} beside it, there is none`);
      if (isLfsPointer(await beginningOf(file)))
        throw new ModelFolderError(`${file}: ${lfsPointerMessage('weights')}`);
      files.add(file);
    }
  }
  return [...files];
}

async function beginningOf(file: string): Promise<Uint8Array> {
  const handle = await openFile(file).catch((cause: unknown) => {
    if (cause instanceof NoFileError) throw new ModelFolderError(`${file}: ${cause.message}`, { cause });
    throw cause;
  });
  try {
    // All arguments: with the buffer alone, Node before 20.12 reads nothing.
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LFS_POINTER_BYTES), 0, LFS_POINTER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
