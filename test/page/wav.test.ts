import { expect } from 'chai';
import { toWav } from '../../src/page/wav.js';
import { decodeSound } from '../../src/towers/audio/decode/decode.js';

describe('what a page records, as WAV', () => {
  it('is the mean of the channels at its rate, cut off at full scale, and read by the service', async () => {
    const channels = [Float32Array.of(0, 1, -0.5, 3), Float32Array.of(0.5, 1, -0.5, 3)];
    const file = toWav({
      sampleRate: 48_000,
      length: 4,
      numberOfChannels: 2,
      getChannelData: (channel) => channels[channel] as Float32Array,
    });
    const { rate, samples } = await decodeSound(new Uint8Array(file), { maxSeconds: 1 });
    expect(rate).to.equal(48_000);
    [0.25, 1, -0.5, 1].forEach((wanted, at) => expect(samples[at]).to.be.closeTo(wanted, 1e-4));
  });
});
