/** A file that is no checkpoint that can be converted; the message says what was expected and what it holds. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}
