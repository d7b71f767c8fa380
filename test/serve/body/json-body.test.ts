import { expect } from 'chai';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

const CAT = '{"texts":["Käte"]}';
const NOT_UTF8 = 'body: expected JSON in UTF-8, received bytes that are not';
const OTHER_CHARSET = 'body: expected JSON in UTF-8, received another charset';
const BROKEN = 'body: expected JSON such as {"texts":["a cat"],"images":[]}';
const BODY_BYTES = 2 ** 24;

describe('a body', () => {
  let app: TestApp;
  before(async () => {
    const sizes = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: BODY_BYTES,
      maxPendingBytes: 2 * BODY_BYTES,
    };
    app = await startTestApp({ limits: { ...sizes, minBodyRate: 0, bodyTimeoutMs: 60_000 } });
  });
  after(() => app.close());

  const send = async (body: Uint8Array | string, headers: Record<string, string> = {}) => {
    const bytes = new Uint8Array(Buffer.from(body));
    const response = await fetch(`${app.url}/vectorize`, { method: 'POST', body: bytes, headers });
    const answer = (await response.json()) as { textVectors?: number[][]; error?: string };
    return { status: response.status, ...answer };
  };

  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'text/plain; charset=utf8',
    'application/x-www-form-urlencoded',
    'nonsense',
  ]) {
    it(`is taken as ${type}`, async () => {
      expect((await send(CAT, { 'content-type': type })).textVectors?.[0]?.[0]).to.equal(4);
    });
  }

  for (const charset of ['utf-7', 'utf-7-imap', 'utf-16', 'utf-16le', 'utf-32', 'iso-8859-1', '']) {
    it(`is refused as charset=${charset}`, async () => {
      const { status, error } = await send(CAT, { 'content-type': `application/json; charset=${charset}` });
      expect([status, error]).to.deep.equal([400, OTHER_CHARSET]);
    });
  }

  const marked = '\uFEFF' + CAT;
  const swapped = Buffer.from(marked, 'utf16le').swap16();
  const refused: readonly [string, Uint8Array, string][] = [
    ['in Latin-1', Buffer.from(CAT, 'latin1'), NOT_UTF8],
    ['that ends within a character', Buffer.from(CAT).subarray(0, 13), NOT_UTF8],
    ['in UTF-16 with a byte order mark', Buffer.from(marked, 'utf16le'), NOT_UTF8],
    ['in UTF-16, big end first, with a byte order mark', swapped, NOT_UTF8],
    ['in UTF-16 without one', Buffer.from('{"texts":["a"]}', 'utf16le'), BROKEN],
  ];
  for (const [title, bytes, error] of refused) {
    it(`${title} is refused, and nothing of it replaced`, async () => {
      expect(await send(bytes)).to.deep.include({ status: 400, error });
    });
  }

  it('in UTF-8 may begin with a byte order mark', async () => {
    expect((await send(marked)).textVectors?.[0]?.[0]).to.equal(4);
  });

  for (const [encoding, pack] of [
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const) {
    it(`may be compressed with ${encoding}`, async () => {
      const { textVectors } = await send(pack(CAT), { 'content-encoding': encoding });
      expect(textVectors?.[0]?.[0]).to.equal(4);
    });
  }

  it('of a few compressed bytes that would become millions of objects is refused', async () => {
    const bomb = gzipSync(`{"x":[${'{},'.repeat(BODY_BYTES / 4)}0]}`);
    expect(await send(bomb, { 'content-encoding': 'gzip' })).to.deep.include({
      status: 413,
      error: 'body: expected at most 1040 values in its JSON, which MAX_ITEMS sets, received more',
    });
  });

  it('of a few compressed bytes that would become millions of levels is refused', async () => {
    const half = BODY_BYTES / 4;
    const bomb = gzipSync('['.repeat(half) + ']'.repeat(half));
    expect(await send(bomb, { 'content-encoding': 'gzip' })).to.deep.include({
      status: 400,
      error: 'body: expected JSON of at most 32 levels, received more',
    });
  });
});
