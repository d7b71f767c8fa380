import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ProblemReport } from '../../../src/photos/import/problem-report.js';
import { makeFolder } from '../../support/folder.js';

describe('the report of problems', () => {
  let file: string;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    const made = await makeFolder({ 'errors.jsonl': 'old' });
    file = path.join(made.folder, 'errors.jsonl');
    remove = made.remove;
  });
  afterEach(() => remove());

  it('has a JSON line for each, in order', async () => {
    const report = await ProblemReport.start(file);
    report.add('a "quoted".jpg', 'no image');
    report.add('b.jpg', 'too large');
    await report.close();
    expect(report.describe()).to.deep.equal([
      'a "quoted".jpg: no image',
      'b.jpg: too large',
      `All 2, and why: ${file}`,
    ]);
    expect(await readFile(file, 'utf8')).to.equal(
      '{"file":"a \\"quoted\\".jpg","reason":"no image"}\n{"file":"b.jpg","reason":"too large"}\n',
    );
  });

  it('is not made without problems, and the one of an earlier run goes', async () => {
    const report = await ProblemReport.start(file);
    await report.close();
    expect(report.describe()).to.deep.equal([]);
    expect(existsSync(file)).to.equal(false);
  });

  it('says that it cannot be written, and ends nothing for that', async () => {
    const report = await ProblemReport.start(path.join(path.dirname(file), 'nowhere', 'errors.jsonl'));
    report.add('a.jpg', 'no image');
    report.add('b.jpg', 'too large');
    await report.close();
    const [first, second, end, ...others] = report.describe();
    expect([first, second, others.length]).to.deep.equal(['a.jpg: no image', 'b.jpg: too large', 0]);
    expect(end).to.match(/^2 in all; .*errors\.jsonl could not be written: ENOENT/);
  });

  it('tells the first ten and how to list all, where no file is asked for', async () => {
    const report = await ProblemReport.start('');
    for (let n = 1; n <= 12; n++) report.add(`${n}.jpg`, 'no image');
    await report.close();
    expect(report.describe()).to.have.length(11);
    expect(report.describe().at(-1)).to.equal('and 2 more; --report FILE lists all');
  });
});
