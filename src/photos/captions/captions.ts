import type { PhotoFile } from '../walk.js';
import { readCaptionBeside } from './caption-beside.js';
import { CaptionList } from './caption-list.js';
import { UnreadableTextError } from './decode-text.js';

/** What the module takes unless it is told otherwise (MAX_TEXT_CHARS): a longer caption would cost its photo the place in Weaviate. */
const MOST_CHARACTERS = 100_000;

export interface Captions {
  /**
   * The caption of a photo, if it has one: the list's, else that of a file beside it.
   * @throws Error if there is one that cannot be read, in words that may be shown.
   */
  of(file: Pick<PhotoFile, 'path' | 'location'>): Promise<string | undefined>;
  /** The files of the list that no photo has been asked about for. */
  readonly unmatched: readonly string[];
}

/**
 * Captions from a list, if one is given, and from files beside the photos. The list comes first.
 * @param list Empty for none; see `CaptionList`.
 * @param root The folder that photos' paths are relative to.
 */
export async function openCaptions(list: string, root: string): Promise<Captions> {
  const listed = list === '' ? undefined : await CaptionList.read(list, root);
  return {
    of: async ({ location }) => {
      const caption = listed?.find(location.toString()) ?? (await readCaptionBeside(location));
      if (caption !== undefined && caption.length > MOST_CHARACTERS) {
        throw new UnreadableTextError(
          `expected a caption of at most ${MOST_CHARACTERS} characters, received ${caption.length}`,
        );
      }
      return caption;
    },
    get unmatched() {
      return listed?.unmatched ?? [];
    },
  };
}
