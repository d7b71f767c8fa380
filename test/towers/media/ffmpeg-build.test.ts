import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../../src/core/own-module.js';

/** Of what the service lets an ffmpeg do, what the image's own was built without, and why. */
const LEFT_OUT = {
  licences: ['hevc', 'vc1', 'wmv3', 'eac3', 'wmapro'],
  anotherLibrary: ['av1', 'libdav1d'],
};
/** Two names of one. */
const BUILT_AS: Readonly<Record<string, string>> = { mpeg: 'mpegps', msmpeg4: 'msmpeg4v3' };

const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');

describe("the image's ffmpeg", () => {
  const script = read('scripts/ffmpeg/build.sh');
  const built = new Set(
    Array.from(script.matchAll(/^(?:demuxers|video|sound|pcm|adpcm)=(\S+)$/gm), ([, list = '']) =>
      list.split(','),
    ).flat(),
  );

  it('has every demuxer that is asked for', () => {
    const files = ['src/towers/audio/decode/format.ts', 'src/towers/video/container.ts'].map(read).join();
    const asked = Array.from(
      files.matchAll(/(?:demuxer: |ffmpeg: \[)'(\w+)'/g),
      ([, name = '']) => BUILT_AS[name] ?? name,
    );
    expect(asked).to.have.length.greaterThan(15);
    expect(asked.filter((name) => !built.has(name))).to.deep.equal([]);
  });

  it('has every decoder that is asked for, but those that are left out by name', () => {
    const lists = ['src/towers/audio/decode/foreign-sound.ts', 'src/towers/video/frames.ts'].map((file) => {
      const [, list = ''] = /^const DECODERS = \[([^]*?)\n\]/m.exec(read(file)) ?? [];
      return Array.from(list.matchAll(/'(\w+)'/g), ([, name = '']) => BUILT_AS[name] ?? name);
    });
    const asked = lists.flat();
    expect(asked).to.have.length.greaterThan(50);
    const missing = asked.filter((name) => !built.has(name));
    expect(missing).to.have.members(Object.values(LEFT_OUT).flat());
  });
});
