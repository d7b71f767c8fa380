import { invalidSound } from './invalid-sound.js';
import { MOST_CHANNELS } from './sound.js';
import type { MonoSink } from './sound.js';

/** Frames that are read at once, so that what is kept beside the file is small. */
const PIECE = 65_536;

/** Codes of `fmt ` (RFC 2361, and mmreg.h): what the samples are. */
const PCM = 1;
const FLOAT = 3;
const A_LAW = 6;
const MU_LAW = 7;
/** The code proper is then the first two bytes of a GUID behind the extension's size. */
const EXTENSIBLE = 0xfffe;

/** What programs write for a size that they do not know, as they write to a pipe; in RF64 and BW64 it stands in `ds64` (EBU Tech 3306). */
const UNKNOWN_SIZE = 0xffff_ffff;

interface Form {
  readonly code: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  /** Bytes of one sample of each channel. */
  readonly frameBytes: number;
}

/**
 * The samples of a WAV file: whole numbers of 8 to 32 bits, floats of 32 and 64, A-law and μ-law. A file whose data end before
 * its header says, as recorders leave them that lost power, is read as far as it goes; so is one whose size is not known, or is 0
 * since nobody came back to write it.
 * @throws HandspringError `invalid_media` that says what of the file cannot be followed.
 */
export function decodeWav(bytes: Uint8Array, sink: MonoSink): void {
  const { form, data } = readChunks(bytes);
  const frames = Math.floor(data.byteLength / form.frameBytes);
  sink.checkLength(frames, form.rate);
  const read = readerOf(form, data);
  const sampleBytes = form.frameBytes / form.channels;
  for (let from = 0; from < frames; from += PIECE) {
    const count = Math.min(PIECE, frames - from);
    const channels = Array.from({ length: form.channels }, (_, channel) =>
      Float32Array.from({ length: count }, (_, k) =>
        read((from + k) * form.frameBytes + channel * sampleBytes),
      ),
    );
    sink.add(channels, form.rate);
  }
}

function readChunks(bytes: Uint8Array): { form: Form; data: DataView } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let form: Form | undefined;
  let dataBytes = UNKNOWN_SIZE;
  let at = 12;
  while (at + 8 <= bytes.length) {
    const name = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    const room = bytes.length - start;
    if (name === 'ds64' && size >= 16 && size <= room) dataBytes = Number(view.getBigUint64(start + 8, true));
    if (name === 'fmt ') form = readForm(view, start, Math.min(size, room));
    if (name === 'data') {
      if (!form) throw broken('its format before its samples', 'a data chunk first');
      const stated = size === UNKNOWN_SIZE ? dataBytes : size;
      const length = stated === UNKNOWN_SIZE || stated === 0 ? room : Math.min(stated, room);
      return { form, data: new DataView(bytes.buffer, bytes.byteOffset + start, length) };
    }
    at = start + size + (size % 2);
  }
  throw broken('a data chunk', form ? 'none' : 'neither one nor a format');
}

function readForm(view: DataView, at: number, size: number): Form {
  if (size < 16) throw broken('a format of 16 bytes or more', `${size}`);
  let code = view.getUint16(at, true);
  if (code === EXTENSIBLE && size >= 26) code = view.getUint16(at + 24, true);
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (channels < 1 || channels > MOST_CHANNELS) throw broken(`1 to ${MOST_CHANNELS} channels`, `${channels}`);
  // A sample takes whole bytes, of which the highest hold it; the field for that is written wrongly now and then.
  const frameBytes = channels * Math.ceil(bits / 8);
  if (!(BITS[code] ?? []).includes(8 * Math.ceil(bits / 8)) || bits === 0)
    throw invalidSound(
      'unsupported',
      'WAV of PCM in 8 to 32 bits, float in 32 or 64, A-law or μ-law',
      `format ${code} in ${bits} bits`,
    );
  return { code, channels, rate, bits: 8 * Math.ceil(bits / 8), frameBytes };
}

const BITS: Readonly<Record<number, readonly number[]>> = {
  [PCM]: [8, 16, 24, 32],
  [FLOAT]: [32, 64],
  [A_LAW]: [8],
  [MU_LAW]: [8],
};

/** A function from the place of a sample in the data to its value. */
function readerOf({ code, bits }: Form, data: DataView): (at: number) => number {
  switch (code) {
    case FLOAT:
      return finite(bits === 32 ? (at) => data.getFloat32(at, true) : (at) => data.getFloat64(at, true));
    case A_LAW:
      return (at) => fromALaw(data.getUint8(at)) / 32_768;
    case MU_LAW:
      return (at) => fromMuLaw(data.getUint8(at)) / 32_768;
  }
  if (bits === 8) return (at) => (data.getUint8(at) - 128) / 128;
  if (bits === 16) return (at) => data.getInt16(at, true) / 32_768;
  if (bits === 32) return (at) => data.getInt32(at, true) / 2 ** 31;
  return (at) => (data.getUint16(at, true) | (data.getInt8(at + 2) << 16)) / 2 ** 23;
}

function finite(read: (at: number) => number): (at: number) => number {
  return (at) => {
    const sample = read(at);
    if (Number.isFinite(sample)) return sample;
    throw broken('numbers as samples', String(sample));
  };
}

/** ITU-T G.711: sign, three bits of exponent, four of mantissa, every second bit inverted. Gives 16 bits. */
function fromALaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = ((code & 15) << 4) | 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa | 0x100) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

/** ITU-T G.711: all bits inverted, and a bias of 132 below. Gives 16 bits. */
function fromMuLaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 15) << 3) | 0x84) << ((code >> 4) & 7)) - 0x84;
  return code & 0x80 ? -magnitude : magnitude;
}

function broken(expected: string, received: string) {
  return invalidSound('broken', `a WAV file with ${expected}`, received);
}
