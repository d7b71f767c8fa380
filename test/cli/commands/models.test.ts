import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ModelsOptions } from '../../../src/cli/commands/models.js';
import {
  runModelsList,
  runModelsPath,
  runModelsPull,
  runModelsVerify,
} from '../../../src/cli/commands/models.js';
import type { StandInHub } from '../../support/hub.js';
import { sha256Of } from '../../support/hub.js';
import { rejection } from '../../support/rejection.js';
import { startTinyHub, TINY_FILES, tinyEntry } from '../../support/tiny-model.js';

const VISION = TINY_FILES['onnx/vision_model.onnx'].content;

describe('handspring models', () => {
  let hub: StandInHub;
  let options: ModelsOptions;
  let stop: () => Promise<void>;
  let out: string[];
  let shown: string[];
  const io = {
    out: (line: string) => void out.push(line),
    progress: { write: (text: string) => shown.push(text) },
  };
  beforeEach(async () => {
    ({ hub, options, stop } = await startTinyHub());
    out = [];
    shown = [];
  });
  afterEach(() => stop());

  it('list shows every model, which are in the cache, and how many were never run', async () => {
    const shipped = tinyEntry({
      name: 'starter',
      repository: null,
      ranOnRealWeights: true,
      choose: 'First.',
    });
    const listed = { ...options, catalogue: [shipped, tinyEntry()] };
    await runModelsList(listed, io);
    expect(out[1]).to.match(/^starter +shipped +8 +MIT +First\.$/);
    expect(out[2]).to.match(/^tiny-clip +- +8 /);
    expect(out.at(-1)).to.include('1 of these 2');
    expect(hub.seen).to.deep.equal([]);

    await runModelsPull('tiny-clip', { ...options, modalities: ['text'] }, io);
    out = [];
    await runModelsList(listed, io);
    expect(out[2]).to.match(/^tiny-clip +155\.0 kB /);
  });

  it('pull prints the folder alone, and the way there as plain lines where there is no terminal', async () => {
    expect(await runModelsPull('tiny-clip', options, io)).to.equal(0);
    expect(out).to.deep.equal([join(options.cacheDir, 'models', `someone--tiny-clip@${'a'.repeat(40)}`)]);
    const text = shown.join('');
    expect(text).to.include('onnx/vision_model.onnx (3.0 MB): fetching\n');
    expect(text).to.match(/\n[12]\.\d MB\/3\.0 MB onnx\/vision_model\.onnx\n/);
    expect(text).to.include(`onnx/vision_model.onnx: 3.0 MB, SHA-256 ${sha256Of(VISION)}\n`);
    const lines = [...text.matchAll(/\/3\.0 MB onnx\/vision_model\.onnx/g)];
    expect(lines.length).to.be.at.most(10);
  });

  it('pull tells of a retry and of where it goes on', async () => {
    hub.faults.push({ kind: 'ok' }, { kind: 'ok' }, { kind: 'ok' }, { kind: 'stall', after: 1_000_000 });
    await runModelsPull('tiny-clip', options, io);
    const text = shown.join('');
    expect(text).to.include('no byte came in time; trying again').and.include('going on after 1.0 MB');
  });

  it('path prints the folder of a complete copy and never downloads', async () => {
    const { message } = await rejection(runModelsPath('tiny-clip', options, io), 'not_cached');
    expect(message).to.include('handspring models pull tiny-clip');
    expect(hub.seen).to.deep.equal([]);
    await runModelsPull('tiny-clip', options, io);
    const [folder] = out;
    out = [];
    await runModelsPath('tiny-clip', options, io);
    expect(out).to.deep.equal([folder]);
  });

  it('verify prints what was accepted, file by file, for every tower and precision', async () => {
    await runModelsPull('tiny-clip', options, io);
    await runModelsPull('tiny-clip', { ...options, modalities: ['image'], precision: 'fp16' }, io);
    out = [];
    expect(await runModelsVerify('tiny-clip', { ...options, modalities: ['text'] }, io)).to.equal(0);
    expect(out.join('\n')).to.include(`${sha256Of(VISION)}  onnx/vision_model.onnx  3.0 MB, as accepted`);
    expect(out).to.have.length(7);
  });

  it('verify finds a changed file of a tower that is not served, and tells of a deleted one', async () => {
    await runModelsPull('tiny-clip', options, io);
    const vision = join(out[0]!, 'onnx/vision_model.onnx');
    writeFileSync(vision, Buffer.alloc(VISION.length));
    const { message } = await rejection(
      runModelsVerify('tiny-clip', { ...options, modalities: ['text'] }, io),
      'mismatch',
    );
    expect(message).to.include(sha256Of(VISION));
    rmSync(vision);
    out = [];
    await runModelsVerify('tiny-clip', { ...options, modalities: ['text'] }, io);
    expect(out.join('\n')).to.include('onnx/vision_model.onnx  3.0 MB, deleted');
  });

  it('verify says of a folder of your own that there is nothing to compare with', async () => {
    await runModelsVerify(options.cacheDir, options, io);
    expect(out[0]).to.include('no lock file');
  });
});
