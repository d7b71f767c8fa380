import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { withExternalWeights } from '../support/external-weights.js';
import { StandInHub } from '../support/hub.js';
import { fixtureFolder, readPixelFile, readReference, unlike } from '../support/model-fixture.js';
import { startServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';

/** The fixture's files by path, its weights beside its graphs: the text tower's in one file, the image tower's in many. */
async function filesOfModel(): Promise<Map<string, Buffer>> {
  const root = fixtureFolder('clip');
  const names = (await readdir(root, { recursive: true })).filter((name) => /\.(json|onnx)$/.test(name));
  const files = new Map<string, Buffer>();
  for (const name of names) files.set(name, await readFile(path.join(root, name)));
  for (const [graph, nameOf] of [
    ['onnx/text_model.onnx', () => 'text_model.onnx.data'],
    ['onnx/vision_model.onnx', (at: number) => `layers/${at}.weight`],
  ] as const) {
    const split = withExternalWeights(files.get(graph) ?? Buffer.alloc(0), nameOf);
    expect(split.files).to.have.property('size').that.is.greaterThan(0);
    files.set(graph, Buffer.from(split.model));
    for (const [name, content] of split.files) files.set(`onnx/${name}`, content);
  }
  return files;
}

describe('a model whose weights lie beside its graphs', function () {
  this.timeout(60_000);
  let root: string;
  let files: Map<string, Buffer>;
  before(async () => (files = await filesOfModel()));
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'external-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const expectReference = async (args: readonly string[], env: Record<string, string> = {}) => {
    const service = await startServiceProcess(args, env);
    const reference = readReference('clip/reference.json');
    const [images, texts] = [Object.entries(reference.images), Object.entries(reference.texts)];
    const answer = await vectorize(service.url, {
      images: images.map(([file]) => readPixelFile(file)),
      texts: texts.map(([text]) => text),
    });
    await service.stop();
    expect(answer.status, answer.error).to.equal(200);
    expect(unlike(answer.imageVectors, images)).to.be.empty;
    expect(unlike(answer.textVectors, texts)).to.be.empty;
  };

  it('is fetched from the hub with them, whatever they are called, and answers the reference’s vectors', async () => {
    const entries = Array.from(files, ([name, content]) => [name, { content, lfs: true }] as const);
    const hub = await new StandInHub('someone/beside', Object.fromEntries(entries)).start();
    const env = { HF_ENDPOINT: hub.endpoint, CACHE_DIR: root };
    try {
      await expectReference(['--model', 'someone/beside'], env);
    } finally {
      await hub.stop();
    }
    await expectReference(['--model', 'someone/beside', '--offline'], env);
  });

  it("is loaded from Hugging Face's own cache, where every file is a link to one named by its hash", async () => {
    const snapshot = path.join(root, 'snapshots/rev');
    await mkdir(path.join(root, 'blobs'));
    for (const [name, content] of files) {
      const blob = path.join(root, 'blobs', createHash('sha256').update(content).digest('hex'));
      const link = path.join(snapshot, name);
      await writeFile(blob, content);
      await mkdir(path.dirname(link), { recursive: true });
      await symlink(path.relative(path.dirname(link), blob), link);
    }
    await expectReference(['--model', snapshot]);
  });
});
