import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import sharp from 'sharp';
import { ROOT } from '../../src/core/own-module.js';

const folder = fileURLToPath(new URL('samples/', ROOT));
const MAX_TOTAL_BYTES = 6_000_000;
const MIN_PHOTOS = 18;
const LICENCES = ['Public domain', 'CC0 1.0', 'CC BY 2.0'];

interface Credit {
  file: string;
  linked: string;
  /** What it shows, author, licence, package, original source, changes. */
  cells: string[];
}

/** The rows of the table in CREDITS.md that name a file, in its order. */
function parseCredits(markdown: string): Credit[] {
  return markdown.split('\n').flatMap((line) => {
    const [, file, linked, rest] = /^\| \[([^\]]+)\]\(([^)]+)\) \|(.*)\|$/.exec(line) ?? [];
    if (file === undefined || linked === undefined || rest === undefined) return [];
    return [{ file, linked, cells: rest.split('|').map((cell) => cell.trim()) }];
  });
}

describe('the sample photos', () => {
  let photos: string[];
  let credits: Credit[];

  before(async () => {
    photos = (await readdir(folder)).filter((name) => name !== 'CREDITS.md' && !name.startsWith('.')).sort();
    credits = parseCredits(await readFile(join(folder, 'CREDITS.md'), 'utf8'));
  });

  it('are enough to search in', () => {
    expect(photos).to.have.length.of.at.least(MIN_PHOTOS);
  });

  it('each have exactly one row in CREDITS.md, and each row its photo', () => {
    expect(credits.map((credit) => credit.file)).to.deep.equal(photos);
    expect(credits.map((credit) => credit.linked)).to.deep.equal(photos);
  });

  it('each have an author, an origin and a licence that lets anyone share them', () => {
    for (const { file, cells } of credits) {
      expect(cells, file).to.have.lengthOf(6);
      for (const cell of cells) expect(cell, file).to.not.equal('');
      expect(cells[2], file).to.be.oneOf(LICENCES);
    }
  });

  it('stay within six megabytes together', async () => {
    const sizes = await Promise.all(photos.map(async (name) => (await stat(join(folder, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.at.most(MAX_TOTAL_BYTES);
  });

  it('all decode to the last pixel', async () => {
    for (const name of photos) {
      const { info } = await sharp(join(folder, name), { failOn: 'warning' })
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(Math.max(info.width, info.height), name).to.be.within(224, 1600);
    }
  });
});
