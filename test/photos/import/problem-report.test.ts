import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ReportFile } from '../../../src/photos/import/report-file.js';
import { makeFolder } from '../../support/folder.js';

describe('the report of failures', () => {
  it('has a JSON line for each, in order', async () => {
    const { folder, remove } = await makeFolder({});
    const report = await ReportFile.start(path.join(folder, 'errors.jsonl'));
    void report.add('a "quoted".jpg', 'no image');
    void report.add('b.jpg', 'too large');
    await report.close();
    expect(report.isEmpty).to.equal(false);
    expect(await readFile(report.file, 'utf8')).to.equal(
      '{"file":"a \\"quoted\\".jpg","reason":"no image"}\n{"file":"b.jpg","reason":"too large"}\n',
    );
    await remove();
  });

  it('is not made without failures, and the one of an earlier run goes', async () => {
    const { folder, remove } = await makeFolder({ 'errors.jsonl': 'old' });
    const report = await ReportFile.start(path.join(folder, 'errors.jsonl'));
    await report.close();
    expect(report.isEmpty).to.equal(true);
    expect(existsSync(report.file)).to.equal(false);
    await remove();
  });
});
