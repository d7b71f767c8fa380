/** HEIC is among them although it cannot be read: its owner then finds the reason instead of missing the photo. */
const PHOTO_NAME = /\.(?:jpe?g|png|webp|gif|tiff?|bmp|avif|heic|heif)$/i;

/** Whether a file is taken for a photo, by its name alone. */
export function isPhotoName(name: string): boolean {
  return PHOTO_NAME.test(name);
}
