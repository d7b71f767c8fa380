import { expect } from 'chai';
import { DecodedBase64 } from '../../../src/serve/body/decoded-base64.js';
import { LONG_STRING_BYTES, boundJsonStructure } from '../../../src/serve/body/json-structure.js';
import { parseJson } from '../../../src/serve/body/parse-json.js';
import { seededRandom } from '../../support/random.js';

const LONG = 'QUJD'.repeat(LONG_STRING_BYTES / 4);
const NO_JSON = 'no JSON';

function parse(json: Buffer): unknown {
  const long = boundJsonStructure(json, { maxValues: 1000, option: 'MAX_ITEMS' });
  return attempt(() => parseJson(json, long, ['image', 'images[]', 'sounds[]']));
}

/** As the parser itself has it. */
const meant = (json: Buffer) => attempt(() => JSON.parse(new TextDecoder().decode(json)) as unknown);

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return NO_JSON;
  }
}

const decoded = (base64: string) => new DecodedBase64(Buffer.from(base64, 'base64'));

describe('JSON with files in it', () => {
  it('has them decoded where they may be, and all else as it is', () => {
    const json = {
      id: 'ä',
      images: [LONG, 'QUJD', null, `${LONG}QQ==`],
      image: `${LONG}QUI=`,
      n: [1, { a: '' }],
    };
    expect(parse(Buffer.from(`\u{feff}${JSON.stringify(json)}`))).to.deep.equal({
      ...json,
      images: [decoded(LONG), 'QUJD', null, decoded(`${LONG}QQ==`)],
      image: decoded(`${LONG}QUI=`),
    });
  });

  it('has them as Node decodes them, of whatever length and in both alphabets', () => {
    const random = seededRandom(3);
    for (let length = 0; length < 200; length++) {
      const bytes = Buffer.from(Array.from({ length: 49_152 + length }, () => Math.floor(random() * 256)));
      for (const base64 of [bytes.toString('base64'), bytes.toString('base64url')]) {
        const { image } = parse(Buffer.from(JSON.stringify({ image: base64 }))) as { image: unknown };
        if (base64.length % 4 !== 0) expect(image).to.equal(base64);
        else
          expect(image instanceof DecodedBase64 && bytes.equals(image.bytes), String(length)).to.equal(true);
      }
    }
  });

  const strings: Readonly<Record<string, string>> = {
    'one string': JSON.stringify(LONG),
    'a list': JSON.stringify([LONG]),
    'a text that may be base64': JSON.stringify({ texts: [LONG], images: [LONG] }),
    'a list where one file is to be': JSON.stringify({ image: [LONG] }),
    'a file where a list is to be': JSON.stringify({ images: LONG }),
    'a list in a list': JSON.stringify({ images: [[LONG]] }),
    'an object in a list': JSON.stringify({ images: [{ image: LONG }] }),
    'an object further down': JSON.stringify({ a: { image: LONG } }),
    'a key': JSON.stringify({ [LONG]: LONG, image: LONG }),
    'the same key twice': `{"image":"${LONG}","image":"${LONG}QUJD"}`,
    'a key of objects themselves': `{"__proto__":"${LONG}","constructor":["${LONG}"]}`,
    'an escape at its end': `{"images":["${LONG}\\n"]}`,
    'an escape within': `{"images":["${LONG}\\u0041${LONG}"]}`,
    'an escaped quote': `{"images":["${LONG}\\"${LONG}"]}`,
    'a slash that is escaped': `{"images":["${LONG}\\/AAA"]}`,
    'letters beyond ASCII': JSON.stringify({ images: [`${LONG}äää`, `日本${LONG}`] }),
    'padding within': JSON.stringify({
      images: [`QQ==${LONG}`, `${LONG}QQ==QQ==`, `${LONG}=QQQ`, `${LONG}====`],
    }),
    'no padding': JSON.stringify({ images: [`${LONG}QQ`, `${LONG}QUI`, `${LONG}Q`] }),
    'a prefix': JSON.stringify({ images: [`data:image/png;base64,${LONG}`] }),
    'a byte order mark before it': `\u{feff}["${LONG}"]`,
    'a byte order mark in the middle': `{"image":\u{feff}"${LONG}"}`,
    'a byte order mark behind it': `{"image":"${LONG}"\u{feff}}`,
    'two byte order marks': `\u{feff}\u{feff}{"image":"${LONG}"}`,
    'a string that does not end': `{"image":"${LONG}`,
    'no comma': `{"images":["${LONG}" "${LONG}"]}`,
    'more behind it': `{"images":["${LONG}"]}]`,
  };
  for (const [title, json] of Object.entries(strings)) {
    it(`is what the parser says of ${title}`, () => {
      const bytes = Buffer.from(json);
      expect(parse(bytes)).to.deep.equal(meant(bytes));
    });
  }

  it('is what the parser says of any byte that is no digit, wherever it stands in a file', () => {
    const digits = new Set(Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_'));
    const start = '{"image":"'.length;
    for (let byte = 0; byte < 0x80; byte++) {
      for (const at of [0, 1, 2, 3, 4, LONG.length - 4, LONG.length - 3, LONG.length - 2, LONG.length - 1]) {
        const bytes = Buffer.from(`{"image":"${LONG}"}`);
        bytes[start + at] = byte;
        const { image } = parse(bytes) as { image: unknown };
        const isFile = digits.has(byte) || (byte === 0x3d && at === LONG.length - 1);
        if (isFile) expect(image, `${byte} at ${at}`).to.be.instanceOf(DecodedBase64);
        else expect(parse(bytes), `${byte} at ${at}`).to.deep.equal(meant(bytes));
      }
    }
  });
});
