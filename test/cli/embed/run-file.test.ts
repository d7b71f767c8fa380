import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { checkRun, forgetRun, noteRun, stateOf } from '../../../src/cli/embed/run-file.js';
import { makeFolder } from '../../support/folder.js';

const IDENTITY = { of: 'files', root: '/photos', shard: { index: 1, count: 2 } };

describe('the note of what a run is of', () => {
  let made: Awaited<ReturnType<typeof makeFolder>>;
  let file: string;
  beforeEach(async () => {
    made = await makeFolder({});
    file = path.join(made.folder, 'v.jsonl');
  });
  afterEach(() => made.remove());

  const failureOf = (identity: object) =>
    checkRun(file, { ...identity }).then(
      () => '',
      ({ message }: Error) => message,
    );

  it('tells what is none, half and whole', async () => {
    expect(await stateOf(file)).to.equal('none');
    await writeFile(file, '');
    expect(await stateOf(file)).to.equal('whole');
    await writeFile(`${file}.part`, '');
    expect(await stateOf(file)).to.equal('half');
  });

  it('lets the same run go on, and no other: it names what differs', async () => {
    await noteRun(file, IDENTITY);
    expect(await failureOf({ ...IDENTITY })).to.equal('');
    expect(await failureOf({ ...IDENTITY, root: '/others' })).to.match(
      /^--resume: .*v\.jsonl\.part: expected one of this run, with root "\/others", received one with "\/photos"; without --resume/,
    );
    expect(await failureOf({ of: 'files', root: '/photos' })).to.match(/with shard undefined, received/);
  });

  it('is missed where it is not there, or is none', async () => {
    expect(await failureOf(IDENTITY)).to.match(/^--resume: expected in .*v\.jsonl\.run\.json what/);
    await writeFile(`${file}.run.json`, 'nonsense');
    expect(await failureOf(IDENTITY)).to.match(/received nothing that can be read/);
  });

  it('takes the half of another run away first, and goes with the run', async () => {
    await writeFile(`${file}.part`, 'of another');
    await noteRun(file, IDENTITY);
    expect(await readdir(made.folder)).to.deep.equal(['v.jsonl.run.json']);
    await forgetRun(file);
    expect(await readdir(made.folder)).to.deep.equal([]);
  });
});
