import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { unsupportedImage } from '../invalid-image.js';
import { withFilters } from './with-filters.js';

/** What is used of libheif's C interface (`libheif/heif.h`), as Emscripten exports it: pointers and sizes are numbers. */
export interface Libheif {
  /** All of its memory; another array once that has grown. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _heif_context_alloc(): number;
  _heif_context_free(context: number): void;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    bytes: number,
    length: number,
    options: number,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_image_handle_release(handle: number): void;
  _heif_decoding_options_alloc(): number;
  _heif_decoding_options_free(options: number): void;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colourSpace: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_plane_readonly2(image: number, channel: number, stride: number): number;
  _heif_image_release(image: number): void;
}

/** The part of WebAssembly's interface that is used here: its types are the browser's, which this program does not load. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  Instance: new (module: object, imports: object) => { readonly exports: object };
};

interface EmscriptenOptions {
  instantiateWasm(imports: object, receive: (instance: { readonly exports: object }) => void): object;
  print(text: string): void;
  printErr(text: string): void;
}

/** The package, which can be left out where nobody sends HEIC. */
const PACKAGE = 'libheif-js';
const FOLDER = 'libheif-wasm';

let maker: Promise<() => Libheif> | undefined;

/**
 * A new libheif with a memory of its own, which grows with the images that it decodes and never shrinks. Read and compiled
 * when the first one is wanted, once in each thread.
 *
 * @throws HandspringError `invalid_image` if it is not installed.
 */
export async function createLibheif(): Promise<Libheif> {
  maker ??= loadLibheif(PACKAGE);
  return (await maker)();
}

/**
 * Makes decoders of the package's program. It is loaded from where it is installed, so that whoever has a right to change it
 * (LGPL) can put another in its place.
 */
export async function loadLibheif(name: string): Promise<() => Libheif> {
  const { start, program } = await readPackage(name).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw unsupportedImage(
      'an image of another format',
      `a HEIC image, whose decoder ${name} is not installed`,
    );
  });
  const module = await WebAssembly.compile(withFilters(program));
  return () =>
    start({
      instantiateWasm(imports, receive) {
        const instance = new WebAssembly.Instance(module, imports);
        receive(instance);
        return instance.exports;
      },
      // What it says of broken files is in its errors, too.
      print: () => undefined,
      printErr: () => undefined,
    });
}

async function readPackage(name: string) {
  const loader = `${name}/${FOLDER}/libheif.js`;
  const { default: start } = (await import(loader)) as { default: (options: EmscriptenOptions) => Libheif };
  const program = createRequire(import.meta.url).resolve(`${name}/${FOLDER}/libheif.wasm`);
  return { start, program: await readFile(program) };
}
