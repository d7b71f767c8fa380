/** A folder that cannot be served; the message names the file or setting. */
export class ModelFolderError extends Error {
  override readonly name = 'ModelFolderError';
}
