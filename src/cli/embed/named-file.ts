import type { Item } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { NoFileError, openFile } from '../../core/regular-file.js';
import type { Modality } from '../../core/modality.js';
import type { Location } from '../../photos/location.js';
import { kindOf, PHOTO, SOUND, VIDEO } from '../../photos/media/kinds.js';
import type { Sizes } from './sizes.js';

interface FileKind {
  readonly modality: Modality;
  readonly noun: string;
  readonly isName: (name: string) => boolean;
  readonly most: (sizes: Sizes) => readonly [bytes: number, option: string];
}

/** Kinds of files by their names. */
const FILE_KINDS: readonly FileKind[] = [
  {
    modality: SOUND.modality,
    noun: 'a sound',
    isName: SOUND.isName,
    most: ({ soundBytes }) => [soundBytes, 'MAX_SOUND_SECONDS'],
  },
  {
    modality: VIDEO.modality,
    noun: 'a video',
    isName: VIDEO.isName,
    most: ({ imageBytes }) => [imageBytes, 'MAX_IMAGE_BYTES'],
  },
  {
    modality: PHOTO.modality,
    noun: 'an image',
    isName: PHOTO.isName,
    most: ({ imageBytes }) => [imageBytes, 'MAX_IMAGE_BYTES'],
  },
];

/** What a file is taken for: an image, unless its name says otherwise. */
function namedKind(name: string): FileKind {
  return FILE_KINDS.find(({ isName }) => isName(name)) ?? FILE_KINDS.at(-1)!;
}

/** By the content of a file whose name fits several kinds, as that of a WebM does. */
function modalityOf(name: string, content: Uint8Array): Modality | undefined {
  const several = FILE_KINDS.filter(({ isName }) => isName(name)).length > 1;
  return several ? kindOf(content)?.modality : undefined;
}

/**
 * The item that a file is.
 * @param item What errors call it.
 * @param name By which it is known what the file is.
 * @throws HandspringError before it is read if it is larger than one of its kind may be; Error of the system.
 */
export async function readNamedFile(
  item: string,
  name: string,
  location: Location,
  sizes: Sizes,
): Promise<Item> {
  const { modality, noun, most } = namedKind(name);
  const [maxBytes, option] = most(sizes);
  // What was a file when it was found may be a pipe by now, which would be waited for.
  const file = await openFile(location).catch((cause: unknown) => {
    if (!(cause instanceof NoFileError)) throw cause;
    throw new HandspringError('invalid_request', `${item}: ${cause.message}`, { cause });
  });
  try {
    const { size } = await file.stat();
    if (size > maxBytes)
      throw new HandspringError(
        'payload_too_large',
        `${item}: expected ${noun} of at most ${maxBytes} bytes (${option}), received ${size}`,
      );
    const content = await file.readFile();
    return { modality: modalityOf(name, content) ?? modality, name: item, content };
  } finally {
    await file.close();
  }
}
