/**
 * Of what becomes of an image that is read: decoding, resizing, cropping, normalising. Raised whenever an image that was read
 * before comes out otherwise, so that vectors of the old pixels are not found again; a release that changes none of it keeps
 * them.
 */
export const PREPARATION_VERSION = 3;

/**
 * Of what is read of a file and what is refused: formats, limits of damage, the words of a refusal, the facts of a header.
 * Raised whenever a file is taken, refused or described otherwise, so that remembered refusals and facts are looked at anew.
 */
export const READER_VERSION = 3;
