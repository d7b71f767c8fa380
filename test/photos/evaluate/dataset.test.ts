import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { HandspringError } from '../../../src/core/errors.js';
import { loadCaptions } from '../../../src/photos/evaluate/dataset.js';

describe('a captioned folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'captions-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const load = async (content: unknown) => {
    await writeFile(
      path.join(folder, 'captions.json'),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
    return loadCaptions(folder);
  };
  const failureOf = async (content: unknown) => {
    const error = await load(content).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(HandspringError);
    return (error as Error).message;
  };

  it('gives the photos with absolute paths, other keys ignored', async () => {
    expect(await load([{ file: 'images/1.jpg', captions: ['a', 'b'], licence: 'x' }])).to.deep.equal([
      { file: path.join(folder, 'images/1.jpg'), captions: ['a', 'b'] },
    ]);
  });

  it('does not wait for a pipe in the place of its list', async function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [path.join(folder, 'captions.json')]);
    const error: unknown = await loadCaptions(folder).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(HandspringError);
    expect(error).to.have.property(
      'message',
      'captions.json: expected a file, received a folder, a pipe or a device',
    );
  });

  it('says what is wrong, and where', async () => {
    expect(await failureOf('{')).to.equal('captions.json: expected JSON');
    expect(await failureOf([])).to.equal('captions.json: expected a list of photos or sounds, received none');
    expect(await failureOf([{ file: 'a', captions: [] }, { file: 7 }])).to.equal(
      'captions.json: expected [1].file as a string, received number',
    );
    expect(await failureOf([{ file: 'a', captions: 'b' }])).to.equal(
      'captions.json: expected [0].captions as a list of strings, received string',
    );
  });

  it('has a label in each entry or in none, and a text for it', async () => {
    const labelled = { file: 'a.wav', captions: ['a dog barking'], label: 'dog' };
    expect(await load([labelled])).to.deep.equal([{ ...labelled, file: path.join(folder, 'a.wav') }]);
    expect(await failureOf([labelled, { file: 'b.wav', captions: [] }])).to.equal(
      'captions.json: expected a label in each entry or in none, received [0] and [1], which differ',
    );
    expect(await failureOf([{ ...labelled, captions: [] }])).to.equal(
      'captions.json: expected [0].captions with a text for its label, received none',
    );
    expect(await failureOf([{ ...labelled, label: 7 }])).to.equal(
      'captions.json: expected [0].label as a string, received number',
    );
  });

  it('says which folder lacks its captions.json', async () => {
    const error = await loadCaptions(path.join(folder, 'none')).catch((caught: Error) => caught);
    expect(error)
      .to.have.property('message')
      .that.match(/none: expected a folder with captions\.json$/);
  });
});
