import type { Coefficients, FilterName } from '../../src/towers/image/resample/coefficients.js';
import { computeCoefficients, PRECISION_BITS } from '../../src/towers/image/resample/coefficients.js';
import type { Window } from '../../src/towers/image/resample/resample.js';
import type { RgbImage } from '../../src/towers/image/rgb-image.js';

/**
 * What `resample` does, in the plainest loops: the definition that it is tested against, and the pace that it is measured
 * against. Its coefficients are the same; those are held to Pillow by the reference files.
 */
export function resamplePlainly(
  image: RgbImage,
  width: number,
  height: number,
  window: Window,
  filter: FilterName,
): RgbImage {
  const across = computeCoefficients(image.width, width, window.left, window.width, filter);
  const down = computeCoefficients(image.height, height, window.top, window.height, filter);
  const firstRow = down.starts[0]!;
  const endRow = down.starts[window.height - 1]! + down.counts[window.height - 1]!;
  const rows = resampleRows(image, firstRow, endRow, across);
  return {
    data: resampleColumns(rows, firstRow, window.width * 3, down),
    width: window.width,
    height: window.height,
  };
}

function resampleRows(image: RgbImage, firstRow: number, endRow: number, filter: Coefficients): Uint8Array {
  const { starts, counts, weights, stride } = filter;
  const { data } = image;
  const rows = new Uint8Array((endRow - firstRow) * starts.length * 3);
  for (let y = firstRow, to = 0; y < endRow; y++) {
    for (let x = 0; x < starts.length; x++) {
      let at = (y * image.width + starts[x]!) * 3;
      let red = ROUND_HALF;
      let green = ROUND_HALF;
      let blue = ROUND_HALF;
      for (let k = x * stride, end = k + counts[x]!; k < end; k++) {
        const weight = weights[k]!;
        red += data[at++]! * weight;
        green += data[at++]! * weight;
        blue += data[at++]! * weight;
      }
      rows[to++] = clip8(red);
      rows[to++] = clip8(green);
      rows[to++] = clip8(blue);
    }
  }
  return rows;
}

function resampleColumns(
  rows: Uint8Array,
  firstRow: number,
  rowBytes: number,
  filter: Coefficients,
): Uint8Array {
  const { starts, counts, weights, stride } = filter;
  const columns = new Uint8Array(starts.length * rowBytes);
  for (let y = 0, to = 0; y < starts.length; y++) {
    const top = (starts[y]! - firstRow) * rowBytes;
    for (let x = 0; x < rowBytes; x++) {
      let sum = ROUND_HALF;
      for (let k = 0, at = top + x; k < counts[y]!; k++, at += rowBytes) {
        sum += rows[at]! * weights[y * stride + k]!;
      }
      columns[to++] = clip8(sum);
    }
  }
  return columns;
}

const ROUND_HALF = 1 << (PRECISION_BITS - 1);

function clip8(sum: number): number {
  return Math.min(255, Math.max(0, sum >> PRECISION_BITS));
}
