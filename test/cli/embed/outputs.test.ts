import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { jsonLinesFile, npyFile } from '../../../src/cli/embed/outputs.js';
import { makeFolder } from '../../support/folder.js';

const VECTOR = Float32Array.of(0.5, -1);

describe('files of vectors', () => {
  let made: Awaited<ReturnType<typeof makeFolder>>;
  beforeEach(async () => {
    made = await makeFolder({});
  });
  afterEach(() => made.remove());

  it('have their names once they are whole', async () => {
    const file = path.join(made.folder, 'v.jsonl');
    const output = jsonLinesFile(file);
    await output.vector({ file: 'a.jpg' }, VECTOR);
    expect(await readdir(made.folder)).to.not.include('v.jsonl');
    await output.finish();
    expect(await readFile(file, 'utf8')).to.equal('{"file":"a.jpg","vector":[0.5,-1]}\n');
    expect(await readdir(made.folder)).to.deep.equal(['v.jsonl']);
  });

  it('are gone where a run is given up', async () => {
    const lines = jsonLinesFile(path.join(made.folder, 'v.jsonl'));
    const npy = await npyFile(path.join(made.folder, 'v.npy'), 2);
    for (const output of [lines, npy]) {
      await output.vector({ file: 'a.jpg' }, VECTOR);
      await output.abandon();
    }
    expect(await readdir(made.folder)).to.deep.equal([]);
  });

  it('say at the next line that they cannot be written', async () => {
    const output = jsonLinesFile(path.join(made.folder, 'nowhere', 'v.jsonl'));
    let failure: unknown;
    for (let tries = 0; tries < 50 && failure === undefined; tries++) {
      failure = await output.vector({}, VECTOR).then(
        () => undefined,
        (error: unknown) => error,
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(failure).to.have.property('code', 'ENOENT');
  });
});
