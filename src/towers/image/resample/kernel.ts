import { RESAMPLE_CODE } from './resample-code.js';

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

// Node.js has it, but its types leave it to those of the browser.
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The exports of assembly/resample.ts, where the arguments are explained. */
interface KernelExports {
  readonly memory: Memory;
  resampleRows(
    source: number,
    sourceStride: number,
    rows: number,
    target: number,
    targetStride: number,
    starts: number,
    weights: number,
    columns: number,
    groups: number,
  ): void;
  resampleColumns(
    source: number,
    stride: number,
    target: number,
    starts: number,
    weights: number,
    rows: number,
    pairs: number,
  ): void;
}

/** The compiled passes with at least the memory asked for; `bytes` is all of it, with whatever was left there. */
export interface Kernel extends KernelExports {
  readonly bytes: Uint8Array;
}

const PAGE_BYTES = 65_536;

/**
 * Memory of WebAssembly never shrinks. What a common photo needs is kept from call to call, one per thread; what a huge
 * one needs goes with it.
 */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

let compiled: object | undefined;
let kept: KernelExports | undefined;

/** A kernel with `byteLength` bytes of memory. It may be shared: nothing may be awaited while it is in use. */
export function kernelOf(byteLength: number): Kernel {
  const kernel = byteLength > MAX_KEPT_BYTES ? instantiate() : (kept ??= instantiate());
  const missing = byteLength - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return { ...kernel, bytes: new Uint8Array(kernel.memory.buffer) };
}

function instantiate(): KernelExports {
  compiled ??= new WebAssembly.Module(Buffer.from(RESAMPLE_CODE, 'base64'));
  return new WebAssembly.Instance(compiled).exports as KernelExports;
}
