/** The parts of an `AudioBuffer` that are read. */
export interface DecodedSound {
  readonly sampleRate: number;
  readonly length: number;
  readonly numberOfChannels: number;
  getChannelData(channel: number): Float32Array;
}

const HEADER_BYTES = 44;

/** A WAV file of 16 bits of the mean of a sound's channels (RIFF: Microsoft, "Multimedia Programming Interface", 1991). */
export function toWav(sound: DecodedSound): ArrayBuffer {
  const { sampleRate, length, numberOfChannels } = sound;
  const bytes = new ArrayBuffer(HEADER_BYTES + 2 * length);
  const view = new DataView(bytes);
  const write = (at: number, text: string) =>
    [...text].forEach((character, k) => view.setUint8(at + k, character.charCodeAt(0)));
  write(0, 'RIFF');
  view.setUint32(4, bytes.byteLength - 8, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, 2 * length, true);
  const channels = Array.from({ length: numberOfChannels }, (_, channel) => sound.getChannelData(channel));
  for (let at = 0; at < length; at++) {
    const mean = channels.reduce((sum, channel) => sum + (channel[at] ?? 0), 0) / channels.length;
    view.setInt16(HEADER_BYTES + 2 * at, Math.round(Math.max(-1, Math.min(1, mean)) * 32_767), true);
  }
  return bytes;
}
