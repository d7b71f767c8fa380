/** Why a model could not be had. Each code is one cause a person can act on. */
export type SourceErrorCode =
  /** Neither a catalogue name, nor `owner/name`, nor a folder. */
  | 'unknown_model'
  /** The model exists, but not in the form asked for: a precision or a tower it has no file for. */
  | 'unsupported'
  /** Not complete in the cache, and downloading is not allowed here. */
  | 'not_cached'
  /** The hub has no such repository, revision or file. */
  | 'not_found'
  /** The hub wants a token, or one with more rights. */
  | 'forbidden'
  /** The hub could not be reached, or kept failing after every retry. */
  | 'network'
  /** Bytes, size or revision are not the ones expected. Nothing was put in place. */
  | 'mismatch'
  /** The model's own files name files outside of its folder. Nothing of them was fetched. */
  | 'unsafe'
  | 'disk_full';

/**
 * An error about choosing, fetching or checking a model, meant for the person at the command line: its message says
 * what was expected, what was found, and what to run. It may name folders; it never reaches a caller of the service.
 */
export class ModelSourceError extends Error {
  override readonly name = 'ModelSourceError';

  constructor(
    readonly code: SourceErrorCode,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
