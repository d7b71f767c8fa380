import type { Embedder } from '../../core/embedder.js';
import type { ResolvedModel } from '../../models/resolve.js';
import { compareVectors, renderComparison } from './compare-vectors.js';
import type { CommandIo, ModelsOptions } from './models.js';
import { resolveShowing } from './models.js';
import { readReferenceVectors } from './reference-vectors.js';

export interface AgainstOptions extends ModelsOptions {
  /** A JSON file of reference vectors, or a folder with a `reference.json` and its images. */
  readonly against: string;
  /** Loads the model as the service would. */
  readonly openEmbedder: (model: ResolvedModel) => Promise<{ embedder: Embedder; close(): Promise<void> }>;
}

/**
 * `handspring models verify NAME --against FOLDER_OR_JSON`: how close this service's vectors are to those made
 * elsewhere. Answers the exit code: 0 whatever the figures, as what is close enough is the person's to say.
 */
export async function runModelsVerifyAgainst(
  reference: string,
  options: AgainstOptions,
  io: CommandIo,
): Promise<number> {
  const expected = await readReferenceVectors(options.against);
  const model = await resolveShowing(reference, options, io);
  const opened = await options.openEmbedder(model);
  try {
    const lines = renderComparison(await compareVectors(opened.embedder, expected));
    io.out(`${model.name} against ${expected.model}`);
    for (const line of lines) io.out(line);
  } finally {
    await opened.close();
  }
  return 0;
}
