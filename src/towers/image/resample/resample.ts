import type { FilterName } from './coefficients.js';
import type { FilterTable } from './filter-tables.js';
import { COLUMN_GROUP, filterTable, ROW_GROUP } from './filter-tables.js';
import type { Kernel } from './kernel.js';
import { kernelOf } from './kernel.js';
import type { RgbImage } from '../rgb-image.js';

/** A part of a resized image, in its pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Rows are handed to the kernel in strips that stay in the processor's cache. */
const STRIP_BYTES = 256 * 1024;

/** How far the kernel's last read of a row may start before the row's end. */
const READ_BYTES = 16;

/**
 * The part `window` of `image` resized to `width` x `height`, bit for bit as Pillow's `Image.resize` then `crop`: along
 * rows first, rounded to 8 bits, then along columns. Only what the window needs is computed. The window lies inside the
 * resized image, which is never made as a whole.
 */
export function resample(
  image: RgbImage,
  width: number,
  height: number,
  window: Window,
  filter: FilterName,
): RgbImage {
  const across = filterTable(image.width, width, window.left, window.width, filter, ROW_GROUP);
  const down = filterTable(image.height, height, window.top, window.height, filter, COLUMN_GROUP);
  const plan = layOut(across, down, window);
  const kernel = kernelOf(plan.end);
  runRows(kernel, plan, image, across, down);
  runColumns(kernel, plan, down, window.height);
  return { data: collect(kernel, plan, window), width: window.width, height: window.height };
}

/** Where everything lies in the kernel's memory, in bytes. */
interface Plan {
  readonly starts: number;
  readonly weights: number;
  readonly strip: number;
  readonly stripRows: number;
  readonly rows: number;
  readonly result: number;
  readonly end: number;
  /** Bytes of a source row as copied, and of a row that has been through the first pass. */
  readonly sourceStride: number;
  readonly stride: number;
}

function layOut(across: FilterTable, down: FilterTable, window: Window): Plan {
  const sourceStride = (across.sourceEnd - across.sourceStart) * 3;
  const rowCount = down.sourceEnd - down.sourceStart;
  // The kernel takes two rows at a time, and stores a fourth byte with the last pixel of each.
  const stripRows = Math.max(2, Math.min(evenUp(rowCount), Math.floor(STRIP_BYTES / sourceStride) & ~1));
  const stride = align(window.width * 3 + 1);
  const startBytes = Math.max(across.starts.byteLength, down.starts.byteLength);
  const weightBytes = Math.max(across.weights.byteLength, down.weights.byteLength);
  const weights = align(startBytes);
  const strip = align(weights + weightBytes);
  const rows = align(strip + stripRows * sourceStride + across.groups * ROW_GROUP * 3 + READ_BYTES);
  const result = rows + (evenUp(rowCount) + down.groups * COLUMN_GROUP) * stride;
  const end = result + window.height * stride;
  return { starts: 0, weights, strip, stripRows, rows, result, end, sourceStride, stride };
}

function runRows(kernel: Kernel, plan: Plan, image: RgbImage, across: FilterTable, down: FilterTable): void {
  const { bytes } = kernel;
  const { strip, stripRows, sourceStride, stride } = plan;
  writeTable(kernel, plan, across, 3);
  const columns = across.starts.length;
  for (let y = down.sourceStart; y < down.sourceEnd; y += stripRows) {
    const count = Math.min(stripRows, down.sourceEnd - y);
    for (let row = 0; row < count; row++) {
      const from = ((y + row) * image.width + across.sourceStart) * 3;
      bytes.set(image.data.subarray(from, from + sourceStride), strip + row * sourceStride);
    }
    const target = plan.rows + (y - down.sourceStart) * stride;
    const { starts, weights } = plan;
    kernel.resampleRows(strip, sourceStride, count, target, stride, starts, weights, columns, across.groups);
  }
}

function runColumns(kernel: Kernel, plan: Plan, down: FilterTable, rows: number): void {
  writeTable(kernel, plan, down, plan.stride);
  kernel.resampleColumns(plan.rows, plan.stride, plan.result, plan.starts, plan.weights, rows, down.groups);
}

function writeTable({ memory }: Kernel, plan: Plan, table: FilterTable, pixelStride: number): void {
  new Uint32Array(memory.buffer, plan.starts, table.starts.length).set(
    table.starts.map((start) => start * pixelStride),
  );
  new Int16Array(memory.buffer, plan.weights, table.weights.length).set(table.weights);
}

function collect({ bytes }: Kernel, { result, stride }: Plan, { width, height }: Window): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = result + y * stride;
    data.set(bytes.subarray(row, row + width * 3), y * width * 3);
  }
  return data;
}

function evenUp(count: number): number {
  return count + (count & 1);
}

function align(byteOffset: number): number {
  return Math.ceil(byteOffset / 16) * 16;
}
