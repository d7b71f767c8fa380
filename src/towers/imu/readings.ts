import { HandspringError } from '../../core/errors.js';
import type { ImuSettings } from './settings.js';

/**
 * A table of readings as the model's row: `channels × length`.
 * @param bytes CSV in UTF-8: a line of headings, then one of numbers for each moment.
 * @throws HandspringError `invalid_media` that names the line which is no such line.
 */
export function toRow(bytes: Uint8Array, settings: ImuSettings): Float32Array<ArrayBuffer> {
  const { channels, length, reading } = settings;
  const table = readTable(bytes, channels);
  const moments = table.length / channels;
  const row = new Float32Array(channels * length);
  const taken = Math.min(moments, length);
  for (let channel = 0; channel < channels; channel++)
    for (let at = 0; at < taken; at++)
      row[channel * length + at] =
        reading === 'reshape' ? table[channel * moments + at]! : table[at * channels + channel]!;
  return row;
}

/** All numbers, line by line. Empty lines are passed over, as NumPy's and Python's readers do. */
function readTable(bytes: Uint8Array, channels: number): number[] {
  if (bytes.length === 0) throw invalid('empty', 'a CSV file of numbers', 'no bytes');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const numbers: number[] = [];
  text.split(/\r\n|\n|\r/).forEach((line, at) => {
    if (at === 0 || line.trim() === '') return;
    const cells = line.split(',');
    if (cells.length !== channels)
      throw invalid('broken', `${channels} numbers with commas between in line ${at + 1}`, `${cells.length}`);
    for (const cell of cells) numbers.push(toNumber(cell, at + 1));
  });
  if (numbers.length === 0)
    throw invalid('empty', 'a CSV file with a line of headings and lines of numbers', 'no numbers');
  return numbers;
}

/** As the numbers of CSV files are written; neither hexadecimal ones nor none at all, which JavaScript would take. */
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

function toNumber(cell: string, line: number): number {
  const value = NUMBER.test(cell) ? Math.fround(Number(cell)) : NaN;
  if (Number.isFinite(value)) return value;
  const shown = JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);
  throw invalid('broken', `a number in line ${line}`, shown);
}

function invalid(reason: 'empty' | 'broken', expected: string, received: string): HandspringError {
  return new HandspringError('invalid_media', `expected ${expected}, received ${received}`, { reason });
}
