import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect } from 'chai';
import { LARGEST_KINDS, makeLargest } from '../support/largest-image.js';
import { makeMemoryGroup } from '../support/memory-group.js';
import type { MemoryGroup } from '../support/memory-group.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';
import { preload } from './faulty.js';

const LIMIT = 2 ** 30;
/** What a burst of the largest images comes to, with a tenth to spare. The bodies may take the rest; where a group is made, the system judges. */
const IMAGES_PEAK = 830 * 2 ** 20;
const CALLERS = 12;

describe('a service with all defaults in 1 GiB of memory', () => {
  let service: ServiceProcess;
  let group: MemoryGroup | undefined;
  before(async () => {
    group = await makeMemoryGroup(LIMIT);
    console.log(
      `        the limit is ${group ? 'set by a cgroup' : 'told only: no cgroup can be made here'}`,
    );
    const told = { ...preload('preload-memory'), MEMORY_LIMIT: String(LIMIT) };
    service = await startServiceProcess(['--threads', '2'], group ? {} : told, group);
  });
  after(async () => {
    await service.stop();
    await group?.remove();
  });

  async function peakBytes(): Promise<number | undefined> {
    const status = await readFile(`/proc/${service.child.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  }

  /** Those that find no room are refused, and say so; nobody is left without an answer. */
  async function burst(images: readonly Uint8Array[]): Promise<number[]> {
    const answers = await Promise.all(images.map((image) => vectorize(service.url, { images: [image] })));
    return answers.map(({ status }) => status);
  }

  async function expectAlive(statuses: readonly number[], most: number): Promise<void> {
    expect(service.child.exitCode ?? service.child.signalCode).to.equal(null);
    expect(statuses.filter((status) => status !== 200 && status !== 429)).to.deep.equal([]);
    expect(statuses).to.include(200);
    const peak = await peakBytes();
    console.log(
      `        ${statuses.filter((status) => status === 200).length} of ${statuses.length} answered; peak ${((peak ?? NaN) / 2 ** 20).toFixed(0)} MiB`,
    );
    if (peak !== undefined) expect(peak).to.be.lessThan(most);
  }

  for (const kind of LARGEST_KINDS) {
    const { format, isWhole } = kind[0];
    it(`survives ${CALLERS} of the largest ${isWhole ? 'progressive ' : ''}${format} images at once`, async () => {
      const image = await makeLargest(kind, LIMIT);
      await expectAlive(await burst(Array<Buffer>(CALLERS).fill(image)), IMAGES_PEAK);
    });
  }

  it('refuses an image that would not fit, by the option and the memory', async () => {
    const image = sharp({ create: { width: 5000, height: 5000, channels: 3, background: 'teal' } });
    const { status, error } = await vectorize(service.url, {
      images: [await image.avif({ effort: 0 }).toBuffer()],
    });
    expect(status).to.equal(422);
    expect(error).to.match(/of AVIF with at most \d+ pixels, for the memory there is \(MAX_IMAGE_PIXELS\)/);
  });

  it(`survives ${CALLERS} of the largest bodies at once`, async () => {
    const noise = sharp({
      create: {
        width: 3900,
        height: 3900,
        channels: 3,
        background: 'teal',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    });
    const photo = await noise.png({ compressionLevel: 0 }).toBuffer();
    expect(photo.length).to.be.within(40 * 2 ** 20, 48 * 2 ** 20);
    await expectAlive(await burst(Array<Buffer>(CALLERS).fill(photo)), group ? Infinity : LIMIT);
  });
});
