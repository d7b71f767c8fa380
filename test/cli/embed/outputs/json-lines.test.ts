import { appendFile, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { expect } from 'chai';
import { Done } from '../../../../src/cli/embed/done.js';
import { jsonLinesFile, jsonLinesTo } from '../../../../src/cli/embed/outputs/json-lines.js';
import { makeFolder } from '../../../support/folder.js';

const VECTOR = Float32Array.of(0.5, -1);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code }: NodeJS.ErrnoException) => code,
  );

describe('lines of JSON', () => {
  let made: Awaited<ReturnType<typeof makeFolder>>;
  let file: string;
  beforeEach(async () => {
    made = await makeFolder({});
    file = path.join(made.folder, 'v.jsonl');
  });
  afterEach(() => made.remove());

  it('have their name once they are whole', async () => {
    const output = await jsonLinesFile(file);
    await output.vector({ file: 'a.jpg' }, VECTOR);
    expect(await readdir(made.folder)).to.deep.equal(['v.jsonl.part']);
    await output.finish();
    expect(await readFile(file, 'utf8')).to.equal('{"file":"a.jpg","vector":[0.5,-1]}\n');
    expect(await readdir(made.folder)).to.deep.equal(['v.jsonl']);
  });

  it('say at once that the disk is full, or the folder not there', async () => {
    await symlink('/dev/full', `${file}.part`);
    const output = await jsonLinesFile(file);
    expect(await codeOf(output.vector({}, VECTOR))).to.equal('ENOSPC');
    await output.leave();
    expect(await codeOf(jsonLinesFile(path.join(made.folder, 'nowhere', 'v.jsonl')))).to.equal('ENOENT');
  });

  it('are not waited for where what takes them has ended between two lines', async () => {
    let isBroken = false;
    const stream = new Writable({
      write: (_chunk, _encoding, callback) =>
        callback(isBroken ? Object.assign(new Error('gone'), { code: 'EPIPE' }) : null),
    });
    const output = jsonLinesTo(stream);
    await output.vector({}, VECTOR);
    isBroken = true;
    expect(await codeOf(output.vector({}, VECTOR))).to.equal('EPIPE');
    expect(await codeOf(output.vector({}, new Float32Array(99_999)))).to.equal('ERR_STREAM_DESTROYED');
  });

  const LINES = ['{"file":"a.jpg","vector":[0.5,-1]}\n', '{"file":",\\"vector\\":[","vector":[0.5,-1]}\n'];

  for (const [title, torn] of Object.entries({
    'nothing behind them': '',
    'half a line': '{"file":"c.jpg","vec',
    'a line without its break': LINES[0]!.replace('a.jpg', 'c.jpg').trimEnd(),
    'half of the numbers': '{"file":"c.jpg","vector":[0.5\n',
    'what the disk has lost': '\0\0\0\n{"file":"d.jpg","vector":[0.5,-1]}\n',
  }))
    it(`are gone on with behind ${title}`, async () => {
      await writeFile(`${file}.part`, LINES.join('') + torn);
      const done = new Done();
      const output = await jsonLinesFile(file, done);
      expect(done.count).to.equal(2);
      expect(done.has({ file: ',"vector":[' })).to.equal(true);
      await output.vector({ file: 'c.jpg' }, VECTOR);
      await output.leave();
      await appendFile(`${file}.part`, '{');
      const again = await jsonLinesFile(file, new Done());
      await again.finish();
      expect(await readFile(file, 'utf8')).to.equal(LINES.join('') + LINES[0]!.replace('a.jpg', 'c.jpg'));
    });
});
