import { readFileSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { maxAbsDifference, vectorize } from '../support/vectorize.js';
import type { Answer } from '../support/vectorize.js';

const SAMPLES = new URL('samples/', ROOT);
const REQUESTS = 64;
/** A vector may not depend on its batch by more than this. */
const SAME_VECTOR = 1e-5;

describe('64 concurrent requests of real photos, one in ten corrupt', function () {
  this.timeout(120_000);
  const photos = readdirSync(SAMPLES)
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => readFileSync(new URL(name, SAMPLES)));
  const isCorrupt = (request: number) => request % 10 === 5;
  const photoOf = (request: number) => photos[request % photos.length] ?? Buffer.alloc(0);
  let service: ServiceProcess;
  let alone: (readonly number[])[];

  before(async () => {
    service = await startServiceProcess([], { MODEL: 'starter' });
    alone = [];
    for (const photo of photos)
      alone.push((await vectorize(service.url, { images: [photo] })).imageVectors[0] ?? []);
  });
  after(() => service.stop());

  /** A good photo first, so that a bad one's index is 1. */
  const send = (request: number): Promise<Answer> => {
    const photo = photoOf(request);
    const second = isCorrupt(request) ? photo.subarray(0, photo.length / 2) : photo;
    return vectorize(service.url, { images: [photoOf(request + 1), second], texts: [`photo ${request}`] });
  };
  const burst = () => Promise.all(Array.from({ length: REQUESTS }, (_, request) => send(request)));

  it('answers every good one with its own vectors', async () => {
    const answers = await burst();
    for (const [request, answer] of answers.entries()) {
      if (isCorrupt(request)) continue;
      expect(answer.status, answer.error).to.equal(200);
      const expected = [alone[(request + 1) % photos.length], alone[request % photos.length]];
      answer.imageVectors.forEach((vector, at) => {
        expect(maxAbsDifference(vector, expected[at] ?? [])).to.be.below(SAME_VECTOR);
      });
    }
  });

  it('refuses every bad one by its index', async () => {
    const answers = (await burst()).filter((_, request) => isCorrupt(request));
    expect(answers).to.have.length(6);
    for (const { status, error, code } of answers) {
      expect([status, code]).to.deep.equal([422, 'invalid_image']);
      expect(error).to.match(/^images\[1\]: expected /);
    }
  });

  it('leaves permits, queues, threads and memory where they were', async () => {
    await burst();
    const before = await measure(service);
    for (let round = 0; round < 3; round++) await burst();
    const after = await measure(service);
    // Node and ONNX Runtime start a helper thread now and then; one left behind by each burst would be three.
    expect(after.threads).to.be.below(before.threads + 3);
    expect(after.memory).to.be.below(before.memory + 100 * 2 ** 20);
    expect(after.pending).to.deep.equal({ admitted: 0, waiting: [0, 0], running: [0, 0] });
  });
});

async function measure({ url, child }: ServiceProcess) {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const values = (name: string) =>
    Array.from(metrics.matchAll(new RegExp(`^handspring_${name}(?:{.*})? (\\S+)$`, 'gm')), ([, value]) =>
      Number(value),
    );
  return {
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
    memory: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024,
    pending: {
      admitted: values('items_admitted')[0],
      waiting: values('items_waiting'),
      running: values('items_running'),
    },
  };
}
