import type { RgbImage } from '../../rgb-image.js';
import { corruptImage, truncatedImage } from '../invalid-image.js';
import { heifEndsEarly } from './boxes.js';
import type { Libheif } from './libheif.js';
import { createLibheif } from './libheif.js';

/** Numbers of libheif's interface: RGB in one plane of 3 bytes a pixel. */
const COLOUR_SPACE_RGB = 1;
const CHROMA_INTERLEAVED_RGB = 10;
const CHANNEL_INTERLEAVED = 10;
/** Where in `heif_decoding_options` a member is. */
const CONVERT_HDR_TO_8_BIT_OFFSET = 20;
/** Of `heif_error`: a code, one below it, and a pointer to a text. */
const ERROR_BYTES = 12;
const POINTER_BYTES = 4;
/** More than that is given back: the memory of one photo, which the next may not need. */
const KEPT_BYTES = 32 * 2 ** 20;

let kept: Libheif | undefined;

/**
 * The pixels of an inspected HEIC image, as `pillow-heif` gives them: turned and cropped as the file says, 10 bits reduced to
 * 8, alpha dropped. libheif sees to it that no stream is larger than the sizes that `readHeifHeader` has counted.
 *
 * @throws HandspringError `invalid_image` if the file is cut short or broken.
 */
export async function decodeHeic(bytes: Uint8Array): Promise<RgbImage> {
  const libheif = kept ?? (await createLibheif());
  kept = undefined; // what has failed is not used again: a broken file may have left anything in its memory
  try {
    const image = decode(libheif, bytes);
    if (libheif.HEAPU8.length <= KEPT_BYTES) kept = libheif;
    return image;
  } catch (error) {
    if (heifEndsEarly({ bytes, format: 'HEIC' })) throw truncatedImage('HEIC', error);
    throw corruptImage('HEIC', error);
  }
}

/** Nothing is freed where it throws: all of its memory goes then. */
function decode(libheif: Libheif, bytes: Uint8Array): RgbImage {
  const call = new Caller(libheif);
  const file = libheif._malloc(bytes.length);
  libheif.HEAPU8.set(bytes, file);
  const context = libheif._heif_context_alloc();
  call.check((error) =>
    libheif._heif_context_read_from_memory_without_copy(error, context, file, bytes.length, 0),
  );
  const handle = call.receive((error, to) =>
    libheif._heif_context_get_primary_image_handle(error, context, to),
  );
  const options = libheif._heif_decoding_options_alloc();
  libheif.HEAPU8[options + CONVERT_HDR_TO_8_BIT_OFFSET] = 1;
  const image = call.receive((error, to) =>
    libheif._heif_decode_image(error, handle, to, COLOUR_SPACE_RGB, CHROMA_INTERLEAVED_RGB, options),
  );
  const pixels = copyPixels(libheif, call, image);
  libheif._heif_image_release(image);
  libheif._heif_decoding_options_free(options);
  libheif._heif_image_handle_release(handle);
  libheif._heif_context_free(context);
  libheif._free(file);
  call.free();
  return pixels;
}

function copyPixels(libheif: Libheif, call: Caller, image: number): RgbImage {
  const width = libheif._heif_image_get_width(image, CHANNEL_INTERLEAVED);
  const height = libheif._heif_image_get_height(image, CHANNEL_INTERLEAVED);
  const [plane, stride] = call.plane(image);
  if (width <= 0 || height <= 0 || plane === 0 || stride < width * 3) throw new Error('no RGB pixels');
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = plane + y * stride;
    data.set(libheif.HEAPU8.subarray(from, from + width * 3), y * width * 3);
  }
  return { data, width, height };
}

/** Calls functions that hand back their error and their result by pointer. */
class Caller {
  readonly #libheif: Libheif;
  readonly #error: number;
  readonly #result: number;

  constructor(libheif: Libheif) {
    this.#libheif = libheif;
    this.#error = libheif._malloc(ERROR_BYTES);
    this.#result = libheif._malloc(POINTER_BYTES);
  }

  /** @throws Error with libheif's own words if the call fails. */
  check(call: (error: number) => void): void {
    call(this.#error);
    const code = this.#uint32(this.#error);
    if (code !== 0) throw new Error(`libheif: ${this.#text(this.#uint32(this.#error + 8))}`);
  }

  receive(call: (error: number, result: number) => void): number {
    this.check((error) => {
      call(error, this.#result);
    });
    return this.#uint32(this.#result);
  }

  /** Where the pixels of an image are, and how many bytes apart its rows. */
  plane(image: number): [pointer: number, stride: number] {
    const plane = this.#libheif._heif_image_get_plane_readonly2(image, CHANNEL_INTERLEAVED, this.#result);
    return [plane, this.#uint32(this.#result)];
  }

  free(): void {
    this.#libheif._free(this.#error);
    this.#libheif._free(this.#result);
  }

  #uint32(at: number): number {
    // Of the memory as it is now: each call may make it grow.
    return new DataView(this.#libheif.HEAPU8.buffer).getUint32(at, true);
  }

  #text(at: number): string {
    const { HEAPU8 } = this.#libheif;
    return Buffer.from(HEAPU8.subarray(at, HEAPU8.indexOf(0, at))).toString();
  }
}
