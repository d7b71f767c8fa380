import { ModelFolderError } from './folder-error.js';
import type { JsonObject } from './json-file.js';

/**
 * The lengths that a model's vectors may be cut to: those for which its training made the first numbers a vector by
 * themselves (Matryoshka representation learning, Kusupati et al., arXiv:2205.13147). Its folder says them, in
 * `handspring.json` as `matryoshkaDimensions`, else in `config.json` as `matryoshka_dimensions`, as jina-clip-v2's does.
 * None where nothing is said: vectors of other models lose what makes them comparable when they are cut.
 * @param file The first of the two, for the message.
 * @throws ModelFolderError if `handspring.json` says them in another form.
 */
export function matryoshkaDimensions(own: JsonObject, config: JsonObject, file: string): readonly number[] {
  const stated = own['matryoshkaDimensions'];
  if (stated === undefined) return lengthsOf(config['matryoshka_dimensions']) ?? [];
  const lengths = lengthsOf(stated);
  if (lengths) return lengths;
  const received = JSON.stringify(stated).slice(0, 80);
  throw new ModelFolderError(
    `${file}: matryoshkaDimensions: expected a list of whole numbers such as [256, 512], received ${received}`,
  );
}

function lengthsOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || !value.every((length) => Number.isInteger(length) && length > 0)) return undefined;
  return [...new Set(value as number[])].sort((a, b) => a - b);
}
