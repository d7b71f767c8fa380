import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { convertImageBind } from '../../src/convert/imagebind/convert.js';
import { similarity } from '../../src/index.js';
import { FFMPEG } from '../support/ffmpeg.js';
import { filmFile, motionFile, pictureFile, toneFile } from './imagebind-items.js';
import { readMetric } from '../support/metric.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { TINY_HEADS, TINY_LENGTHS, tinyImageBindFile } from '../support/tiny-imagebind.js';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const length = (vector: readonly number[]) => Math.hypot(...vector);

describe('a converted ImageBind', function () {
  this.timeout(120_000);
  let root: string;
  let folder: string;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'imagebind-'));
    folder = path.join(root, 'tiny');
    const file = path.join(root, 'tiny.pth');
    await writeFile(file, tinyImageBindFile());
    await convertImageBind(file, { out: folder, clips: 'weaviate', heads: TINY_HEADS });
  });
  after(() => rm(root, { recursive: true }));

  describe('behind multi2vec-bind’s contract', () => {
    let service: ServiceProcess;
    before(async () => {
      service = await startServiceProcess([
        ...['--model', folder, '--modalities', 'text,image,audio,video,depth,thermal,imu'],
      ]);
    });
    after(() => service?.stop());

    const ask = async (body: object) => {
      const response = await fetch(`${service.url}/vectorize`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return { status: response.status, answer: (await response.json()) as Record<string, number[][]> };
    };
    const all = () => ({
      texts: ['a dog', 'two dogs'],
      images: [base64(pictureFile())],
      audio: [base64(toneFile())],
      imu: [base64(motionFile())],
      thermal: [base64(pictureFile())],
      depth: [base64(pictureFile())],
    });

    it('answers each field in its own list, with the length that its tower has', async () => {
      const { status, answer } = await ask({ ...all(), video: [] });
      expect(status, JSON.stringify(answer)).to.equal(200);
      const counts = Object.entries(answer).map(([key, vectors]) => [key, vectors.length]);
      expect(counts).to.deep.equal([
        ...[
          ['textVectors', 2],
          ['imageVectors', 1],
          ['audioVectors', 1],
          ['videoVectors', 0],
        ],
        ...[
          ['imuVectors', 1],
          ['thermalVectors', 1],
          ['depthVectors', 1],
        ],
      ]);
      for (const modality of ['text', 'image', 'depth', 'thermal', 'imu'] as const)
        expect(length(answer[`${modality}Vectors`]![0]!)).to.be.closeTo(TINY_LENGTHS[modality], 1e-3);
      expect(length(answer['audioVectors']![0]!)).to.be.within(10, TINY_LENGTHS.audio + 1e-3);
    });

    it('answers one item alone as among the others, as each near… query asks', async () => {
      const { answer: together } = await ask(all());
      for (const [key, values] of Object.entries(all())) {
        const { answer } = await ask({ [key]: [values[0]] });
        const name = { texts: 'textVectors', images: 'imageVectors' }[key] ?? `${key}Vectors`;
        expect(answer[name], key).to.have.length(1);
        expect(similarity(answer[name]![0]!, together[name]![0]!), key).to.be.greaterThan(1 - 1e-9);
      }
    });

    it('answers videos, by the tower that images are for', async function () {
      if (!FFMPEG) this.skip();
      const [one, other] = [base64(filmFile(1)), base64(filmFile(2))];
      const { status, answer } = await ask({ ...all(), video: [one, other] });
      expect(status, JSON.stringify(answer)).to.equal(200);
      const [vector, otherVector] = answer['videoVectors']!;
      // The mean of fifteen vectors of length 1.
      expect(length(vector!)).to.be.within(0.5, 1 + 1e-6);
      expect(similarity(vector!, otherVector!)).to.be.lessThan(0.9999);
      const { answer: alone } = await ask({ video: [one] });
      expect(Object.keys(alone)).to.deep.equal(['textVectors', 'imageVectors', 'videoVectors']);
      expect(similarity(alone['videoVectors']![0]!, vector!)).to.be.greaterThan(1 - 1e-9);
    });

    const broken = base64(Buffer.from('nothing of the kind'));
    for (const [body, status, message] of [
      [{ audio: [broken] }, 422, /^audio\[0\]: expected a WAV, MP3/],
      [
        { audio: [base64(toneFile().subarray(0, 200))] },
        422,
        /^audio\[0\]: expected a sound of at least 400 samples/,
      ],
      [{ depth: ['', broken] }, 422, /^depth\[0\]: expected/],
      [{ thermal: [broken] }, 422, /^thermal\[0\]: expected a JPEG/],
      [{ imu: [broken] }, 422, /^imu\[0\]: expected a CSV file/],
      [
        { imu: [base64(Buffer.from('a,b\n1,2'))] },
        422,
        /^imu\[0\]: expected 6 numbers .* in line 2, received 2/,
      ],
      [{ imu: 'a' }, 400, /^imu: expected a list/],
      [{ texts: ['a'], video: [broken] }, 422, /^video\[0\]: expected a video \(MP4/],
    ] as const)
      it(`refuses ${JSON.stringify(body).slice(0, 30)} by its name`, async () => {
        const { status: received, answer } = await ask(body);
        expect(received).to.equal(status);
        expect(String(answer['error'])).to.match(message);
      });

    it('counts what it refuses by its modality and the reason', async () => {
      const counts = () =>
        Promise.all(
          ['audio', 'video', 'depth', 'imu'].map(async (modality) => {
            const reason = modality === 'imu' ? 'empty' : 'unknown_format';
            const series = `handspring_media_refused_total{modality="${modality}",reason="${reason}"}`;
            return (await readMetric(service.url, series)) || 0;
          }),
        );
      const before = await counts();
      for (const modality of ['audio', 'video', 'video', 'depth', 'imu']) await ask({ [modality]: [broken] });
      expect((await counts()).map((count, at) => count - before[at]!)).to.deep.equal([1, 2, 1, 1]);
      expect(await readMetric(service.url, 'handspring_images_refused_total')).to.be.NaN;
    });

    it('says in /meta whose the weights are, and on which terms', async () => {
      const { handspring } = (await (await fetch(`${service.url}/meta`)).json()) as {
        handspring: Record<string, unknown>;
      };
      expect(handspring).to.include({ model: 'imagebind', licence: 'CC-BY-NC-SA-4.0', normalized: false });
    });
  });
});
