import { readFile } from 'node:fs/promises';
import { HandspringError } from '../../core/errors.js';
import type { PassedCounts } from '../../photos/passed-over.js';
import type { Sources } from '../../photos/sources.js';
import { walkPhotos } from '../../photos/walk.js';
import type { EmbedRequest } from './request.js';

export interface FilesOptions {
  readonly sources: Sources;
  /** Whether a file is this run's, by its path. */
  readonly isOwn: (path: string) => boolean;
  readonly maxImageBytes: number;
  /** Hears of what is no photo, and why. */
  readonly onPassed: (path: string, reason: keyof PassedCounts) => void;
}

/** The photos of files and folders, named by their paths below the root; a folder that cannot be read is a request that fails. */
export async function* photoFiles({
  sources,
  isOwn,
  maxImageBytes,
  onPassed,
}: FilesOptions): AsyncGenerator<EmbedRequest> {
  for await (const found of walkPhotos(sources)) {
    if (found.kind === 'passed') onPassed(found.path, found.reason);
    if (found.kind === 'unreadable') {
      const { path, reason } = found;
      yield { named: { file: path }, name: path, load: () => Promise.reject(new Error(reason)) };
    }
    if (found.kind !== 'photo' || !isOwn(found.file.path)) continue;
    const { path, location, bytes } = found.file;
    yield {
      named: { file: path },
      name: path,
      load: async () => {
        if (bytes > maxImageBytes)
          throw new HandspringError(
            'payload_too_large',
            `expected an image of at most ${maxImageBytes} bytes (MAX_IMAGE_BYTES), received ${bytes}`,
          );
        return { modality: 'image', name: path, content: await readFile(location) };
      },
    };
  }
}
