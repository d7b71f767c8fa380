import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';
import { fileName, optionalOption, place } from '../command.js';

/** Where the published results lie, and what is made in passing, under names that git ignores. */
const PUBLISHED = fileURLToPath(new URL('bench/results/', ROOT));
const IN_PASSING = 'quick.local';

/** The options that say where the files of a run go. */
export function placeOptions(published: string) {
  return {
    out: optionalOption('folder', 'Where the files are written. Default: bench/results.', place),
    name: optionalOption(
      'name',
      `What the files are called. Default: ${published} for the whole run as it is published, else ${published}-${IN_PASSING}, which git ignores.`,
      fileName,
    ),
  };
}

/** A run's files are `NAME.*` of the folder. */
export interface Place {
  readonly folder: string;
  readonly name: string;
}

/**
 * Where the files of a run go. One that is not the whole of what is published never takes its place unless an option
 * says so.
 */
export function placeOf(
  { out, name }: { readonly out: string | undefined; readonly name: string | undefined },
  published: string,
  isWhole: boolean,
): Place {
  const usual = isWhole || out !== undefined ? published : `${published}-${IN_PASSING}`;
  return { folder: path.resolve(out ?? PUBLISHED), name: name ?? usual };
}
