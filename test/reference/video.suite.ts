import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { clipFrames } from '../../src/towers/video/clips.js';
import type { VideoClips } from '../../src/towers/video/clips.js';
import { recogniseVideo } from '../../src/towers/video/container.js';
import { cropsOf } from '../../src/towers/video/crops.js';
import { readFrames, readFrameTimes } from '../../src/towers/video/frames.js';
import type { VideoSource } from '../../src/towers/video/frames.js';
import { parseVideoSettings } from '../../src/towers/video/settings.js';
import type { PairsInCrops } from '../../src/towers/video/settings.js';
import { framesOf, videoRows } from '../../src/towers/video/video-rows.js';
import { FFMPEG } from '../support/ffmpeg.js';

/** Frames and tensors of decord and PyAV, as ImageBind's repository and Weaviate's module take them; see `sounds.suite.ts`. */
const FOLDER = path.join(process.env['HANDSPRING_REFERENCE_DATA'] ?? '', 'senses', 'imagebind-tiny');

interface Prepared {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Expected {
  readonly modality: string;
  readonly file: string;
  readonly frames: Readonly<Record<'M' | 'W', readonly [number, number][]>>;
  readonly frameSha256: Readonly<Record<string, string>>;
  readonly prepared: Readonly<Record<'M' | 'W', Prepared>>;
}

const POLICIES = { M: 'meta', W: 'weaviate' } as const;
/** CLIP's own mean and deviation, as the reference prepares frames. */
const COLOURS = {
  mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
  std: [0.268_629_54, 0.261_302_58, 0.275_777_11],
};
/** Of numbers between -2 and 2.2 in float32; the reference's own two builds are as far from each other. */
const MOST = 1e-4;

describe('videos, against the reference', function () {
  this.timeout(120_000);
  const { items } = JSON.parse(readFileSync(path.join(FOLDER, 'expected.json'), 'utf8')) as {
    items: Expected[];
  };
  for (const item of items.filter(({ modality }) => modality === 'video')) {
    const bytes = readFileSync(path.join(FOLDER, item.file));
    const container = recogniseVideo(bytes);
    const source: VideoSource = {
      ...{ bytes, container, ffmpeg: FFMPEG!, maxSeconds: 60, orient: false },
      signal: new AbortController().signal,
    };
    for (const key of ['M', 'W'] as const) {
      const name = `${path.basename(item.file)}, ${POLICIES[key]}`;
      const clips: VideoClips = { count: 5, seconds: 2, policy: POLICIES[key] };

      it(`are cut at the same frames: ${name}`, async () => {
        const times = await readFrameTimes(source);
        expect(clipFrames(times, clips, container.tellsDuration)).to.deep.equal(item.frames[key]);
      });

      it(`have the same pixels, and become the same numbers: ${name}`, async () => {
        const times = await readFrameTimes(source);
        const pairs = clipFrames(times, clips, container.tellsDuration);
        const wanted = framesOf(pairs);
        const settings = parseVideoSettings({ clips, size: 224, ...COLOURS });
        const prepared = new Map<number, Float32Array<ArrayBuffer>>();
        for await (const frame of readFrames(source, times, wanted)) {
          const number = wanted[prepared.size]!;
          expect(createHash('sha256').update(frame.data).digest('hex')).to.equal(item.frameSha256[number]);
          prepared.set(number, cropsOf(frame, settings.view as PairsInCrops));
        }
        const { rows } = videoRows(pairs, prepared, settings, false);
        const { shape, values } = item.prepared[key];
        const size = shape.reduce((product, side) => product * side);
        expect(rows.length * rows[0]!.length).to.equal(size);
        const far = values.map((value, k) => {
          const at = Number((BigInt(k) * 2_654_435_761n) % BigInt(size));
          const row = rows[Math.floor(at / rows[0]!.length)]!;
          return Math.abs(row[at % row.length]! - value);
        });
        expect(Math.max(...far)).to.be.at.most(MOST);
      });
    }

    it(`give the same frames where each is sought: ${path.basename(item.file)}`, async () => {
      const times = await readFrameTimes(source);
      const wanted = framesOf(item.frames.W);
      const left = [...wanted];
      for await (const frame of readFrames(source, times, wanted, true))
        expect(createHash('sha256').update(frame.data).digest('hex')).to.equal(
          item.frameSha256[left.shift()!],
        );
      expect(left).to.be.empty;
    });
  }
});
