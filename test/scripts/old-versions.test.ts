import { mkdir, readdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { asNobody } from '../support/as-nobody.js';
import { makeFolder } from '../support/folder.js';

interface OldVersions {
  readonly keepInUse: (folder: string) => void;
  readonly removeUnused: (folder: string, now?: number) => string[];
}

const DAY_MS = 86_400_000;
const OWN = '0.2.0-00000000000000ff';
const OLD = '0.1.0-0123456789abcdef';
const OLDER = '0.1.0-beta.1-0123456789abcdef';

describe('the folders that older versions of the one file have left', () => {
  let keepInUse: OldVersions['keepInUse'];
  let removeUnused: OldVersions['removeUnused'];
  let all: string;
  let remove: () => Promise<void>;

  before(async () => {
    const module: unknown = await import(new URL('scripts/bundle/old-versions.mjs', ROOT).href);
    ({ keepInUse, removeUnused } = module as OldVersions);
  });
  beforeEach(async () => {
    ({ folder: all, remove } = await makeFolder({ [`${OWN}/main.js`]: '', [`${OLD}/deep/main.js`]: '' }));
  });
  afterEach(() => remove());

  const at = (name: string) => path.join(all, name);
  const usedDaysAgo = async (name: string, days: number) => {
    const then = new Date(Date.now() - days * DAY_MS);
    await mkdir(at(name), { recursive: true });
    await utimes(at(name), then, then);
  };

  it('are removed once nothing has run from them for a week', async () => {
    await usedDaysAgo(OLDER, 8);
    await usedDaysAgo(OLD, 6);
    expect(removeUnused(at(OWN))).to.deep.equal([OLDER]);
    expect(await readdir(all)).to.have.members([OWN, OLD]);
    expect(removeUnused(at(OWN), Date.now() + 2 * DAY_MS)).to.deep.equal([OLD]);
    expect(await readdir(all)).to.deep.equal([OWN]);
  });

  it('stay as long as a process runs from them', async () => {
    await usedDaysAgo(OLD, 30);
    keepInUse(at(OLD)); // as what runs does
    expect(removeUnused(at(OWN))).to.deep.equal([]);
    expect((await stat(at(OLD))).mtimeMs).to.be.closeTo(Date.now(), DAY_MS);
  });

  it('are removed by the next start where the first was broken off', async () => {
    await usedDaysAgo('.removed-7', 8);
    expect(removeUnused(at(OWN))).to.deep.equal(['.removed-7']);
  });

  it('are no folders but its own: what else lies there stays, and so does the one that it runs from', async () => {
    for (const name of [OWN, 'photos', '0.1.0', '.cache', `${OLD}.bak`]) await usedDaysAgo(name, 400);
    expect(removeUnused(at(OWN))).to.deep.equal([]);
  });

  it('stay where it may not remove them, which hinders no start', async () => {
    await usedDaysAgo(OLD, 30);
    expect(await asNobody(all, () => Promise.resolve(removeUnused(at(OWN))))).to.deep.equal([]);
    expect(await readdir(at(OLD))).to.deep.equal(['deep']);
  });

  it('are not there yet at the first start, which says nothing of it', () => {
    keepInUse(at('nowhere/yet'));
    expect(removeUnused(at('nowhere/yet'))).to.deep.equal([]);
  });
});
