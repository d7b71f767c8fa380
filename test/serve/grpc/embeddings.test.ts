import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { HandspringError } from '../../../src/core/errors.js';
import type { EmbedResult } from '../../../src/core/embedder.js';
import { FAKE_MODEL, fakeEmbedder } from '../../support/app.js';
import { detailsOf, numbersOf, startTestGrpc } from '../../support/grpc.js';
import type { Ending, TestGrpc } from '../../support/grpc.js';
import { embedResult } from '../../support/items.js';

const EMBED = 'handspring.v1.Embeddings/Embed';
const vectorsOf = ({ message }: Ending) => (message?.['vectors'] as unknown[]).map(numbersOf);

describe('handspring.v1.Embeddings', () => {
  let grpc: TestGrpc;
  afterEach(() => grpc.close());

  const start = async (...args: Parameters<typeof startTestGrpc>) => (grpc = await startTestGrpc(...args));
  const embed = (request: object, headers?: Record<string, string>) =>
    grpc.client.ask(EMBED, request, headers);

  it('answers one vector for each item, in their order, with its own name and the tokens', async () => {
    await start();
    const ending = await embed({ items: [{ text: 'ab' }, { image: Buffer.from([7, 8, 9]) }, { text: '' }] });
    expect(ending.code).to.equal(status.OK);
    expect(vectorsOf(ending)).to.deep.equal([
      [2, 97, Math.fround(0.1)],
      [3, 7, Math.fround(0.1)],
      [0, 0, Math.fround(0.1)],
    ]);
    expect(ending.message).to.include({ model: 'fake', tokens: 2 });
    expect(ending.headers).to.have.property('x-request-id');
  });

  it('takes over a request id that is harmless', async () => {
    await start();
    const { headers } = await embed({ items: [{ text: 'a' }] }, { 'x-request-id': 'job-7' });
    expect(headers).to.have.property('x-request-id', 'job-7');
  });

  it('tells the engine whose turn it takes', async () => {
    const callers: unknown[] = [];
    await start({
      embedder: {
        embed: (items, options) => (callers.push(options?.caller), fakeEmbedder.embed(items, options)),
      },
    });
    await embed({ items: [{ text: 'a' }] });
    expect(callers).to.deep.equal([{ id: 'address 127.0.0.1' }]);
  });

  it('answers no items with no vectors', async () => {
    await start();
    expect(vectorsOf(await embed({}))).to.deep.equal([]);
  });

  it('says which items were cut', async () => {
    const cut: EmbedResult = embedResult([Float32Array.of(1), Float32Array.of(2)], { truncated: [1] });
    await start({ embedder: { embed: () => Promise.resolve(cut) } });
    const { message } = await embed({ items: [{ text: 'a' }, { text: 'b' }] });
    const [first, second] = message?.['vectors'] as { truncated: boolean }[];
    expect([first?.truncated, second?.truncated]).to.deep.equal([false, true]);
  });

  const LENGTHS: readonly [asked: object, normalized: boolean, expected: readonly number[]][] = [
    [{}, false, [3, 97, 0.1]],
    [{ normalize: false }, false, [3, 97, 0.1]],
    [{ normalize: true }, false, [3, 97, 0.1].map((value) => value / Math.hypot(3, 97, 0.1))],
    [{ dimensions: 2 }, false, [3, 97].map((value) => value / Math.hypot(3, 97))],
    [{ dimensions: 2, normalize: false }, false, [3, 97]],
    [{ dimensions: 3 }, true, [3, 97, 0.1]],
    [{ dimensions: 0 }, true, [3, 97, 0.1]],
  ];
  for (const [asked, normalized, expected] of LENGTHS) {
    it(`gives ${JSON.stringify(asked)} of a model with${normalized ? '' : 'out'} unit vectors its length`, async () => {
      await start({ model: () => ({ ...FAKE_MODEL, normalized }) });
      const [vector = []] = vectorsOf(await embed({ items: [{ text: 'abc' }], ...asked }));
      expect(vector).to.have.length(expected.length);
      for (const [at, value] of vector.entries()) expect(value).to.be.closeTo(expected[at] ?? NaN, 1e-6);
    });
  }

  const REFUSED: readonly [request: object, code: status, word: string, message: RegExp][] = [
    [
      { items: [{ text: 'a' }, {}] },
      status.INVALID_ARGUMENT,
      'invalid_request',
      /^items\[1\]: expected a text or a file/,
    ],
    [{ items: [], model: 'other' }, status.NOT_FOUND, 'model_not_found', /^model: expected "fake"/],
    [
      { items: [], dimensions: 4 },
      status.INVALID_ARGUMENT,
      'invalid_request',
      /^dimensions: expected 2 or 3/,
    ],
    [
      { items: Array.from({ length: 17 }, () => ({ text: 'a' })) },
      status.INVALID_ARGUMENT,
      'payload_too_large',
      /^items: expected at most 16 texts \(MAX_TEXTS\), received 17/,
    ],
    [
      { items: Array.from({ length: 9 }, () => ({ image: Buffer.from('a') })) },
      status.INVALID_ARGUMENT,
      'payload_too_large',
      /^items: expected at most 8 images \(MAX_ITEMS\), received 9/,
    ],
    [
      { items: Array.from({ length: 25 }, () => ({})) },
      status.INVALID_ARGUMENT,
      'payload_too_large',
      /^items: expected at most 24 of them \(MAX_TEXTS, MAX_ITEMS\), received more/,
    ],
    [
      { items: [{ image: Buffer.alloc(5000) }] },
      status.INVALID_ARGUMENT,
      'payload_too_large',
      /^message: expected at most 4096 bytes \(MAX_BODY_BYTES\), received 50\d\d/,
    ],
  ];
  for (const [request, code, word, message] of REFUSED) {
    it(`refuses: ${message.source.slice(1, 60)}`, async () => {
      await start();
      const ending = await embed(request);
      expect(ending.code).to.equal(code);
      expect(ending.details).to.match(message);
      expect(ending.trailers).to.include({ 'handspring-code': word });
      expect(ending.trailers).to.have.property('x-request-id');
      expect(detailsOf(ending)['google.rpc.ErrorInfo']).to.include({
        reason: word.toUpperCase(),
        domain: 'handspring',
      });
      expect((await embed({ items: [{ text: 'a' }] })).code).to.equal(status.OK);
    });
  }

  it('refuses bytes that are no message', async () => {
    await start();
    const ending = await grpc.client.askRaw(EMBED, Buffer.from([10, 200, 1]));
    expect(ending).to.include({ code: status.INVALID_ARGUMENT });
    expect(ending.details).to.equal('message: expected one of this method, received other bytes');
  });

  it('names the item that failed, and its place in the details', async () => {
    await start({
      embedder: {
        embed: () =>
          Promise.reject(new HandspringError('invalid_image', 'expected a JPEG').about('items[1]', 1)),
      },
    });
    const ending = await embed({ items: [{ text: 'a' }, { image: Buffer.from('b') }] });
    expect(ending).to.include({ code: status.INVALID_ARGUMENT, details: 'items[1]: expected a JPEG' });
    expect(detailsOf(ending)['google.rpc.ErrorInfo']).to.deep.include({
      reason: 'INVALID_IMAGE',
      metadata: { field: 'items', index: '1' },
    });
  });

  it('says when to try again: in two trailers and in RetryInfo', async () => {
    const busy = new HandspringError('overloaded', 'too much', { retryAfterSeconds: 3 });
    await start({ embedder: { embed: () => Promise.reject(busy) } });
    const ending = await embed({ items: [{ text: 'a' }] });
    expect(ending.code).to.equal(status.RESOURCE_EXHAUSTED);
    expect(ending.trailers).to.include({ 'retry-after': '3', 'grpc-retry-pushback-ms': '3000' });
    expect(detailsOf(ending)['google.rpc.RetryInfo']).to.deep.equal({ retryDelay: { seconds: 3 } });
  });

  it('tells of a bug its request id and no more', async () => {
    await start({ embedder: { embed: () => Promise.reject(new Error('secret')) } });
    const ending = await embed({ items: [{ text: 'a' }] }, { 'x-request-id': 'r1' });
    expect(ending).to.include({
      code: status.INTERNAL,
      details: 'internal error; the log has it under request r1',
    });
  });

  it('describes the model and what a call may carry', async () => {
    await start();
    const { message } = await grpc.client.ask('handspring.v1.Embeddings/Info', {});
    expect({ ...message, maxMessageBytes: Number(message?.['maxMessageBytes']) }).to.deep.include({
      model: 'fake',
      dimensions: 3,
      modalities: ['image', 'text'],
      maxItems: 8,
      maxTexts: 16,
      maxMessageBytes: 4096,
      matryoshkaDimensions: [2],
      maxItemsUnderWay: 64,
      maxCallsOfConnection: 256,
    });
  });

  it('ends a method that it does not have with UNIMPLEMENTED', async () => {
    await start();
    const ending = await grpc.client.askRaw('handspring.v1.Embeddings/Guess', Buffer.alloc(0));
    expect(ending.code).to.equal(status.UNIMPLEMENTED);
  });
});
