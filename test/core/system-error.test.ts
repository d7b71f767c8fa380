import { readFile, stat } from 'node:fs/promises';
import { expect } from 'chai';
import { describeError, meaningOf } from '../../src/core/system-error.js';

const failureOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);

describe('what the file system answers', () => {
  it('is told in words, with the path that it is about', async () => {
    expect(describeError(await failureOf(stat('/nowhere/at all')))).to.equal(
      '/nowhere/at all: there is none (ENOENT)',
    );
    expect(describeError(await failureOf(readFile(new URL('.', import.meta.url))))).to.match(
      /^EISDIR: .*, read$|: it is a folder \(EISDIR\)$/, // the system says of what, or does not
    );
    expect(meaningOf({ code: 'ELOOP' })).to.equal('links that lead to one another (ELOOP)');
  });

  it('stays as it is where there are no better words', () => {
    expect(meaningOf({ code: 'EXDEV' })).to.equal('EXDEV');
    expect(meaningOf(new Error('other'))).to.equal('an error');
    expect(describeError(Object.assign(new Error('EXDEV: other'), { code: 'EXDEV', path: '/a' }))).to.equal(
      'EXDEV: other',
    );
    expect(describeError(Object.assign(new Error('ours'), { code: 'ENOENT', path: '/a' }))).to.equal('ours');
    expect(describeError('thrown')).to.equal('thrown');
  });
});
