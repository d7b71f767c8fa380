import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import sharp from 'sharp';
import { ROOT } from '../../src/core/own-module.js';
import { PHOTO, SOUND } from '../../src/photos/media/kinds.js';
import { decodeSound } from '../../src/towers/audio/decode/decode.js';

const folder = fileURLToPath(new URL('samples/', ROOT));
const MAX_TOTAL_BYTES = 6_000_000;
const MIN_PHOTOS = 18;
const MIN_SOUNDS = 10;
/** Each may be heard in a moment. */
const MAX_SOUND_BYTES = 40_000;
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

describe('the samples', () => {
  let files: string[];
  let photos: string[];
  let sounds: string[];
  let credits: Credit[];

  before(async () => {
    files = (await readdir(folder)).filter((name) => name !== 'CREDITS.md' && !name.startsWith('.')).sort();
    photos = files.filter((name) => PHOTO.isName(name));
    sounds = files.filter((name) => SOUND.isName(name));
    credits = parseCredits(await readFile(join(folder, 'CREDITS.md'), 'utf8'));
  });

  it('are enough to search in', () => {
    expect(photos).to.have.length.of.at.least(MIN_PHOTOS);
    expect(sounds).to.have.length.of.at.least(MIN_SOUNDS);
    expect([...photos, ...sounds].sort()).to.deep.equal(files);
  });

  it('each have exactly one row in CREDITS.md, and each row its file', () => {
    expect(credits.map((credit) => credit.file)).to.deep.equal([...photos, ...sounds]);
    expect(credits.map((credit) => credit.linked)).to.deep.equal([...photos, ...sounds]);
  });

  it('each have an author, an origin and a licence that lets anyone share them', () => {
    for (const { file, cells } of credits) {
      expect(cells, file).to.have.lengthOf(6);
      for (const cell of cells) expect(cell, file).to.not.equal('');
      expect(cells[2], file).to.be.oneOf(LICENCES);
    }
  });

  it('stay within six megabytes together', async () => {
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.at.most(MAX_TOTAL_BYTES);
  });

  it('are sounds that decode, of a few seconds and a few dozen kilobytes each', async () => {
    for (const name of sounds) {
      const bytes = await readFile(join(folder, name));
      const { rate, samples } = await decodeSound(bytes, { maxSeconds: 10 });
      expect(samples.length / rate, name).to.be.within(0.4, 6.1);
      expect(bytes.length, name).to.be.at.most(MAX_SOUND_BYTES);
    }
  });

  it('are photos that decode to the last pixel', async () => {
    for (const name of photos) {
      const { info } = await sharp(join(folder, name), { failOn: 'warning' })
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(Math.max(info.width, info.height), name).to.be.within(224, 1600);
    }
  });
});
