/** What a WAV file says of itself. */
export interface WavForm {
  readonly rate?: number;
  readonly channels?: number;
  /** The code of the format: 1 for whole numbers, 3 for floats, 6 and 7 for G.711. */
  readonly code?: number;
  readonly bits?: number;
  /** Written with the code 0xFFFE and the code proper in the extension, as programs do above 16 bits. */
  readonly isExtensible?: boolean;
  /** What the data chunk says of its size, where that is not its size. */
  readonly statedSize?: number;
  /** Chunks before the data. */
  readonly extra?: readonly (readonly [name: string, content: Buffer])[];
}

/** A WAV file around samples that are encoded already. */
export function wavFile(data: Buffer, form: WavForm = {}): Buffer {
  const { rate = 16_000, channels = 1, code = 1, bits = 16, isExtensible = false, extra = [] } = form;
  const format = Buffer.alloc(isExtensible ? 40 : 16);
  format.writeUInt16LE(isExtensible ? 0xfffe : code, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * Math.ceil(bits / 8)) % 2 ** 32, 8);
  format.writeUInt16LE((channels * Math.ceil(bits / 8)) % 2 ** 16, 12);
  format.writeUInt16LE(bits, 14);
  if (isExtensible) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(bits, 18);
    format.writeUInt16LE(code, 24);
  }
  const chunks = [['fmt ', format] as const, ...extra].map(([name, content]) => chunk(name, content));
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks, chunk('data', data, form.statedSize)]);
  return chunk('RIFF', body);
}

function chunk(name: string, content: Buffer, size = content.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

/** Samples of -1 to 1 as whole numbers of 16 bits. */
export function pcm16(samples: ArrayLike<number>): Buffer {
  const data = Buffer.alloc(2 * samples.length);
  for (let at = 0; at < samples.length; at++)
    data.writeInt16LE(Math.round((samples[at] ?? 0) * 32_767), 2 * at);
  return data;
}
