import type { Modality } from '../../core/modality.js';
import { kindsOf } from '../../photos/media/kinds.js';
import type { PassedCounts } from '../../photos/passed-over.js';
import type { Sources } from '../../photos/sources.js';
import { walkPhotos } from '../../photos/walk.js';
import { readNamedFile } from './named-file.js';
import type { EmbedRequest } from './request.js';
import type { Sizes } from './sizes.js';

export interface FilesOptions {
  readonly sources: Sources;
  /** Files of these are taken, by their names. */
  readonly modalities: readonly Modality[];
  /** Whether a file is this run's, by its path. */
  readonly isOwn: (path: string) => boolean;
  readonly sizes: Sizes;
  /** Hears of what is not taken, and why. */
  readonly onPassed: (path: string, reason: keyof PassedCounts) => void;
}

/**
 * The photos and sounds of files and folders, named by their paths below the root; a folder that cannot be read is a request
 * that fails.
 */
export async function* mediaFiles({
  sources,
  modalities,
  isOwn,
  sizes,
  onPassed,
}: FilesOptions): AsyncGenerator<EmbedRequest> {
  for await (const found of walkPhotos({ ...sources, kinds: kindsOf(modalities) })) {
    if (found.kind === 'passed') onPassed(found.path, found.reason);
    if (found.kind === 'unreadable') {
      const { path, reason } = found;
      yield {
        named: { file: path },
        name: path,
        bytes: 0,
        load: () => Promise.reject(new Error(`${path}: ${reason}`)),
      };
    }
    if (found.kind !== 'photo' || !isOwn(found.file.path)) continue;
    const { path, location, bytes } = found.file;
    yield {
      named: { file: path },
      name: path,
      bytes,
      load: () => readNamedFile(path, path, location, sizes),
    };
  }
}
