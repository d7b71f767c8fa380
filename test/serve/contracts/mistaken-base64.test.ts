import { readFileSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../../src/core/own-module.js';
import { decodePlainBase64 } from '../../../src/serve/body/decoded-base64.js';
import { decodeBase64 } from '../../../src/serve/contracts/base64.js';

const SAMPLES = new URL('samples/', ROOT);
const photo = readFileSync(new URL('chelsea-the-cat.jpg', SAMPLES));

const OF_OTHER_ROUTES =
  'an address: send what it leads to, as addresses are taken on other routes only, where IMAGE_URLS allows them';
const OTHER_DATA_URI = 'a data: URI of another form than data:image/jpeg;base64,…';
const PATH = 'the path of a file: send what is in it';
const NAME = 'the name of a file: send what is in it';
const PRINTED = 'what a program prints in place of a value: send what is in the file';
const HEXADECIMAL = 'bytes as hexadecimal digits: encode them as base64';
const NUMBERS = 'numbers: encode the bytes as base64';
const NOT_ENCODED = 'bytes or text that are not encoded: encode them as base64';
const TWICE = 'base64 of base64: encode the file once';

const REFUSED: readonly (readonly [sent: string, told: string])[] = [
  ['https://example.org/cat.jpg', OF_OTHER_ROUTES],
  [' HTTP://example.org/?a=1', OF_OTHER_ROUTES],
  ['s3://bucket/cat.jpg', OF_OTHER_ROUTES],
  [
    'blob:https://example.org/9115d58c',
    'an address that only one page of one browser knows: send what it leads to',
  ],
  ['data:image/png,%89PNG', OTHER_DATA_URI],
  ['data:image/svg+xml;utf8,<svg/>', OTHER_DATA_URI],
  [`data:image/jpeg;base64 ${photo.toString('base64')}`, OTHER_DATA_URI],
  ['data:,', OTHER_DATA_URI],
  [
    `image/jpeg;base64,${photo.toString('base64')}`,
    'the end of a data: URI: send it from "data:" on, or what comes after the comma',
  ],
  ['file:///photos/cat.jpg', PATH],
  ['/photos/a.jpg', PATH],
  ['./my cats/a.png', PATH],
  ['C:\\photos\\a.jpg', PATH],
  ['cat.jpg', NAME],
  ['IMG 0001.HEIC', NAME],
  ['[object Object]', PRINTED],
  ['[object Blob]', PRINTED],
  ['undefined', PRINTED],
  ['null', PRINTED],
  ['None', PRINTED],
  ['<PIL.JpegImagePlugin.JpegImageFile image mode=RGB size=4x4 at 0x7F>', PRINTED],
  [`b'${photo.toString('base64')}'`, "bytes as Python prints them: decode('ascii') makes a string of them"],
  [`"${photo.toString('base64')}"`, 'base64 in quotes of its own'],
  [photo.join(), NUMBERS],
  [`[${photo.join(', ')}]`, NUMBERS],
  [photo.toString('hex'), HEXADECIMAL],
  [`0x${photo.toString('hex')}`, HEXADECIMAL],
  [photo.toString('latin1'), NOT_ENCODED],
  [photo.toString('utf8'), NOT_ENCODED],
  [
    encodeURIComponent(photo.toString('base64')),
    'base64 with percent signs, as addresses have it: send it as it was before',
  ],
  [Buffer.from(photo.toString('base64')).toString('base64'), TWICE],
  [Buffer.from(`data:image/jpeg;base64,${photo.toString('base64')}`).toString('base64'), TWICE],
  ['!!!!', '"!" at position 0'],
];

describe('what is sent in place of base64', () => {
  for (const [sent, told] of REFUSED) {
    it(`is told by its kind: ${sent.replace(/[^ -~]/g, '?').slice(0, 40)}`, () => {
      const refused = `images[1]: expected an image as base64, received ${told}`;
      expect(() => decodeBase64('images[1]', sent))
        .to.throw(refused)
        .with.property('code', 'invalid_image');
      const decoded = decodePlainBase64(Buffer.from(sent));
      if (decoded) expect(() => decodeBase64('images[1]', decoded)).to.throw(refused);
    });
  }

  it('is never seen in what is base64', () => {
    for (const name of readdirSync(SAMPLES).filter((file) => /\.(jpg|png|webp|wav)$/.test(file))) {
      const bytes = readFileSync(new URL(name, SAMPLES));
      for (const encoded of [bytes.toString('base64'), `data:image/x;base64,${bytes.toString('base64url')}`])
        expect(Buffer.compare(decodeBase64('images[0]', encoded), bytes)).to.equal(0);
    }
    for (let length = 0; length < 400; length++) {
      const bytes = photo.subarray(length * 7, length * 8);
      expect(Buffer.compare(decodeBase64('images[0]', bytes.toString('base64')), bytes)).to.equal(0);
    }
  });
});
