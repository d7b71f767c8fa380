import { mkdir, mkdtemp, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ModelFolderError } from '../../../src/models/folder/folder-error.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
import { filesWithWeights } from '../../../src/models/folder/weights.js';

describe("the files with a model's weights", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'weights-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const named: Record<string, readonly string[]> = {
    'vision_model.onnx': ['shared.bin'],
    'text_model.onnx': ['shared.bin', 'parts/layer.0'],
  };
  const externalFiles = (file: string) => Promise.resolve(named[path.basename(file)] ?? []);
  const write = async (file: string, content = 'x') => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content);
  };
  const find = async (folder = root) => filesWithWeights(await loadModelFolder(folder), externalFiles);
  const failure = async () => {
    const error = await find().catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(ModelFolderError);
    return (error as Error).message.replaceAll(root, 'FOLDER');
  };

  it('are the graphs and what they name, each once; one that is missing is named', async () => {
    await write('onnx/vision_model.onnx');
    await write('onnx/text_model.onnx');
    await write('onnx/shared.bin');
    expect(await failure()).to.equal(
      'FOLDER/onnx/text_model.onnx: expected its weights in parts/layer.0 beside it, there is none',
    );
    await mkdir(path.join(root, 'onnx/parts/layer.0'), { recursive: true });
    expect(await failure()).to.equal(
      'FOLDER/onnx/parts/layer.0: expected a file, received a folder, a pipe or a device',
    );
    await rmdir(path.join(root, 'onnx/parts/layer.0'));
    await write('onnx/parts/layer.0', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n');
    expect(await failure()).to.equal(
      'FOLDER/onnx/parts/layer.0: expected weights, received a Git LFS pointer to it; fetch the file itself, as by: git lfs pull',
    );
    await write('onnx/parts/layer.0');
    const files = ['vision_model.onnx', 'text_model.onnx', 'shared.bin', 'parts/layer.0'];
    expect(await find()).to.have.members(files.map((file) => path.join(root, 'onnx', file)));
  });

  it('are of the folder, whatever a graph names', async () => {
    await write('onnx/vision_model.onnx');
    await write('onnx/text_model.onnx');
    await write('weights.bin');
    await mkdir(path.join(root, 'onnx/a'));
    const model = await loadModelFolder(root);
    for (const name of ['../weights.bin', './a/../../weights.bin', path.join(root, 'weights.bin')]) {
      const error = await filesWithWeights(model, () => Promise.resolve([name])).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(ModelFolderError);
      expect((error as Error).message).to.match(/_model\.onnx: expected its weights in files of its folder, it names "/);
    }
  });

  it("are found where a folder holds links to them, as in Hugging Face's cache", async () => {
    for (const [at, file] of ['vision_model.onnx', 'text_model.onnx', 'shared.bin', 'parts/layer.0'].entries()) {
      await write(`blobs/${at}`);
      const link = path.join(root, 'snapshots/rev/onnx', file);
      await mkdir(path.dirname(link), { recursive: true });
      await symlink(path.relative(path.dirname(link), path.join(root, 'blobs', String(at))), link);
    }
    expect(await find(path.join(root, 'snapshots/rev'))).to.have.length(4);
  });
});
