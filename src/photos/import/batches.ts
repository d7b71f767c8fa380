import type { Photo } from './target.js';

export interface BatchLimits {
  readonly maxPhotos: number;
  /** Bytes of the files; on the way they are base64, a third larger. */
  readonly maxBytes: number;
}

/** Gathers photos into batches bounded by count and by bytes. A photo larger than the bound goes alone. */
export class BatchBuilder {
  #photos: Photo[] = [];
  #bytes = 0;
  readonly #limits: BatchLimits;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** The batch that is full because of this photo, if one is. */
  add(photo: Photo): Photo[] | undefined {
    const size = photo.content.length;
    const full =
      this.#photos.length > 0 && this.#bytes + size > this.#limits.maxBytes ? this.take() : undefined;
    this.#photos.push(photo);
    this.#bytes += size;
    if (full) return full;
    return this.#photos.length >= this.#limits.maxPhotos || this.#bytes >= this.#limits.maxBytes
      ? this.take()
      : undefined;
  }

  /** What has gathered, possibly nothing. */
  take(): Photo[] {
    const photos = this.#photos;
    this.#photos = [];
    this.#bytes = 0;
    return photos;
  }
}
