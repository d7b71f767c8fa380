import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { copyFixture } from '../support/folder-copy.js';
import { readMetric } from '../support/metric.js';
import { fixtureFolder } from '../support/model-fixture.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { makeTemporaryFolder, preload, statusOf, until } from './faulty.js';

describe('a service whose threads or files fail under it', () => {
  let service: ServiceProcess | undefined;
  let temporary: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeEach(async () => {
    temporary = await makeTemporaryFolder();
  });
  afterEach(async () => {
    await service?.stop();
    await temporary.remove();
  });

  const start = (model: string) => {
    const END_THREADS = path.join(temporary.folder, 'end');
    return startServiceProcess(['--model', model], { ...preload('preload-tower-end'), END_THREADS });
  };
  const end = (thread: string) => writeFile(path.join(temporary.folder, `end.${thread}`), '');
  const restarts = (modality: string) =>
    readMetric(service?.url ?? '', `handspring_encoder_restarts_total{modality="${modality}"}`);

  for (const modality of ['image', 'text']) {
    it(`replaces a killed ${modality} tower, and counts it`, async () => {
      service = await start(fixtureFolder('clip'));
      expect(await statusOf(service)).to.equal(200);
      await end(modality);
      await until('a restart is counted', async () => (await restarts(modality)) === 1);
      const running = service;
      await until('it answers again', async () => (await statusOf(running)) === 200);
      expect(service.child.exitCode).to.equal(null);
    });
  }

  it('replaces killed threads that prepare images', async () => {
    service = await start(fixtureFolder('clip'));
    const running = service;
    expect(await statusOf(running)).to.equal(200);
    await end('prepare');
    for (let i = 0; i < 20; i++) await statusOf(running); // meets the threads before, while and after they end
    await until('it answers again', async () => (await statusOf(running)) === 200);
    expect(service.child.exitCode).to.equal(null);
  });

  it('goes on when the model files are cut or changed, and comes back when a tower then dies and they are whole again', async () => {
    const copy = await copyFixture('clip');
    try {
      service = await start(copy.folder);
      const running = service;
      const whole = await copyFixture('clip');
      await copy.truncate('onnx/vision_model.onnx', 100);
      await copy.truncate('tokenizer.json', 10);
      await copy.edit('config.json', { model_type: 'other' });
      expect(await statusOf(running)).to.equal(200);
      await end('image');
      await until('its replacement has failed too', async () => (await restarts('image')) >= 2);
      expect(service.child.exitCode).to.equal(null);
      const { readFile } = await import('node:fs/promises');
      const file = 'onnx/vision_model.onnx';
      await writeFile(path.join(copy.folder, file), await readFile(path.join(whole.folder, file)));
      await whole.discard();
      await until('it answers again', async () => (await statusOf(running)) === 200);
    } finally {
      await copy.discard();
    }
  });
});
