import path from 'node:path';
import { expect } from 'chai';
import { ModelFolderError } from '../../../src/models/folder/folder-error.js';
import { readJsonObject } from '../../../src/models/folder/json-file.js';
import { makeFolder } from '../../support/folder.js';

describe('a JSON file of a model folder', () => {
  let remove: () => Promise<void>;
  afterEach(() => remove());

  const holding = async (files: Readonly<Record<string, string>>) => {
    const made = await makeFolder(files);
    ({ remove } = made);
    return path.join(made.folder, 'config.json');
  };

  it('is read as an object', async () => {
    const file = await holding({ 'config.json': '{"size": 224}' });
    expect(await readJsonObject(file)).to.deep.equal({ size: 224 });
  });

  it('may be missing', async () => {
    expect(await readJsonObject(await holding({}))).to.equal(undefined);
  });

  for (const [content, expected] of [
    ['{"size":', 'expected JSON, received 8 characters that do not parse'],
    ['[]', 'expected a JSON object, received a list'],
    ['null', 'expected a JSON object, received null'],
    ['224', 'expected a JSON object, received number'],
  ] as const) {
    it(`is refused where it holds ${content}`, async () => {
      const file = await holding({ 'config.json': content });
      const error: unknown = await readJsonObject(file).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(ModelFolderError);
      expect(error).to.have.property('message', `${file}: ${expected}`);
    });
  }

  it('is not taken for a missing one where it is no file', async () => {
    const file = await holding({ 'config.json/of-a-folder': '' });
    const error: unknown = await readJsonObject(file).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(ModelFolderError);
    expect(error).to.have.property(
      'message',
      `${file}: expected a file, received a folder, a pipe or a device`,
    );
  });
});
