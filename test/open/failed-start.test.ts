import { expect } from 'chai';
import { loadConfig } from '../../src/cli/options/config.js';
import { loadModelFolder } from '../../src/models/folder/folder.js';
import { startEngine } from '../../src/open/start-engine.js';
import { copyFixture } from '../support/folder-copy.js';

/** Threads of this process that hold it open. */
const threads = () =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length;

describe('an engine one of whose towers cannot be loaded', () => {
  for (const file of ['onnx/vision_model.onnx', 'onnx/text_model.onnx']) {
    it(`fails once the other is let go of too: no thread is left (${file})`, async () => {
      const copy = await copyFixture('clip');
      await copy.truncate(file, -100);
      const before = threads();
      const config = loadConfig('serve', { flags: {}, env: {} });
      const model = await loadModelFolder(copy.folder);
      const failure = await startEngine(model, config).then(
        () => 'started',
        (error: Error) => error.message,
      );
      await copy.discard();
      expect(failure).to.match(/Protobuf parsing failed\.$/);
      expect(threads()).to.equal(before);
    });
  }
});
