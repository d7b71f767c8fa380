import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, status } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { expect } from 'chai';
import type { Item } from '../../../src/core/embedder.js';
import { ROOT } from '../../../src/core/own-module.js';
import { fakeEmbedder } from '../../support/app.js';
import { startTestGrpc } from '../../support/grpc.js';
import type { TestGrpc } from '../../support/grpc.js';
import { metricIn } from '../../support/metric.js';

interface Tensor {
  readonly content: readonly Uint8Array[];
  readonly shape?: readonly number[];
  readonly dtype?: number;
  readonly byteOrder?: number;
}

type TensorClient = Client & {
  GetEmbeddings(request: Tensor, done: (error: ServiceError | null, answer?: Tensor) => void): void;
};

const PROTO = fileURLToPath(new URL('src/serve/grpc/protos/embeddings.proto', ROOT));
/** Two images of one channel, a row and two columns. */
const NUMBERS = [1, 2, 3, 4];
const SHAPE = [2, 1, 1, 2];

describe('embeddings_proto.Embeddings', () => {
  let grpc: TestGrpc;
  let client: TensorClient;
  let asked: readonly Item[] = [];
  beforeEach(async () => {
    asked = [];
    grpc = await startTestGrpc({
      embedder: {
        embed: (items, options) => {
          asked = items;
          return fakeEmbedder.embed(items, options);
        },
      },
    });
    const { embeddings_proto: served } = loadPackageDefinition(loadSync(PROTO)) as unknown as {
      embeddings_proto: { Embeddings: new (...args: unknown[]) => TensorClient };
    };
    client = new served.Embeddings(grpc.address, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    await grpc.close();
  });

  const ask = (request: Tensor) =>
    new Promise<{ error: ServiceError | null; answer: Tensor | undefined }>((resolve) =>
      client.GetEmbeddings(request, (error, answer) => resolve({ error, answer })),
    );

  const CUTS: readonly [name: string, content: Uint8Array[]][] = [
    ['an entry for each number', NUMBERS.map((number) => bytesOf(number))],
    ['one entry', [bytesOf(...NUMBERS)]],
    ['entries of several numbers, and an empty one', [bytesOf(1, 2, 3), bytesOf(), bytesOf(4)]],
  ];
  for (const [name, content] of CUTS) {
    it(`answers ${name}: an entry for each number of the vectors, and their shape`, async () => {
      const { error, answer } = await ask({ content, shape: SHAPE });
      expect(error).to.equal(null);
      expect(asked.map(({ content }) => content)).to.deep.equal([
        { shape: [1, 1, 2], values: Float32Array.of(1, 2) },
        { shape: [1, 1, 2], values: Float32Array.of(3, 4) },
      ]);
      expect(answer?.shape).to.deep.equal([2, 3]);
      expect(answer?.content.map((entry) => entry.length)).to.deep.equal(Array<number>(6).fill(4));
      const numbers = answer!.content.map((entry) => Buffer.from(entry).readFloatLE());
      expect(numbers).to.deep.equal([2, 1, 0.1, 2, 3, 0.1].map(Math.fround));
    });
  }

  it('is counted under its own name', async () => {
    await ask({ content: [bytesOf(...NUMBERS)], shape: SHAPE });
    const series = 'handspring_requests_total{route="grpc_tensors",modality="image",outcome="ok"}';
    expect(metricIn(await grpc.metrics.registry.metrics(), series)).to.equal(1);
  });

  const whole = [bytesOf(...NUMBERS)];
  const REFUSED: readonly [name: string, request: Tensor, message: RegExp][] = [
    ['no shape', { content: whole }, /^shape: expected the number of images .*, received \[\]$/],
    ['no images', { content: [], shape: [0, 1] }, /^shape: expected the number of images/],
    ['a side alone', { content: whole, shape: [4] }, /^shape: expected the number of images/],
    [
      'a side more than there may be',
      { content: whole, shape: Array<number>(9).fill(1) },
      /^shape: expected at most 8 sides/,
    ],
    [
      'fewer numbers',
      { content: whole, shape: [1, 3] },
      /^content: expected 3 numbers for the shape \[1, 3\], received 4$/,
    ],
    ['more numbers', { content: whole, shape: [2, 3] }, /^content: expected 6 numbers/],
    [
      'half a number',
      { content: [Buffer.alloc(6), Buffer.alloc(2)], shape: [1, 2] },
      /^content: expected entries of a multiple of four bytes, received one of 6$/,
    ],
    ['the other byte order', { content: whole, shape: SHAPE, byteOrder: 1 }, /^byte_order: expected LE/],
    ['other numbers', { content: whole, shape: SHAPE, dtype: 1 }, /^dtype: expected F32/],
    [
      'too many images',
      { content: [bytesOf(...Array<number>(9).fill(1))], shape: [9, 1] },
      /^content: expected at most 8 images \(MAX_ITEMS\), received 9$/,
    ],
  ];
  for (const [name, request, message] of REFUSED) {
    it(`refuses ${name}`, async () => {
      const { error } = await ask(request);
      expect(error?.code).to.equal(status.INVALID_ARGUMENT);
      expect(error?.details).to.match(message);
      expect(asked).to.deep.equal([]);
    });
  }

  const SENT: readonly [name: string, bytes: readonly number[], code: status][] = [
    [
      'a shape that is not packed, and fields of later days',
      [0x10, 1, 0x10, 1, 0x0a, 4, 0, 0, 0, 0, 0x98, 6, 9],
      status.OK,
    ],
    ['an entry longer than the message', [0x0a, 100, 0, 0, 0, 0], status.INVALID_ARGUMENT],
    ['bytes that are no message', [0xff], status.INVALID_ARGUMENT],
  ];
  for (const [name, bytes, code] of SENT) {
    it(`answers ${name} with ${status[code]}`, async () => {
      const path = 'embeddings_proto.Embeddings/GetEmbeddings';
      expect((await grpc.client.askRaw(path, Buffer.from(bytes))).code).to.equal(code);
    });
  }
});

function bytesOf(...numbers: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(numbers).buffer);
}
