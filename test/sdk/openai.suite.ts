import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { readBlocks } from '../docs/pages.js';
import { readMetric } from '../support/metric.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { maxAbsDifference, vectorize } from '../support/vectorize.js';
import { INSTALL_TIMEOUT_MS, installClients, runClient, runPython } from './clients.js';

interface Embeddings {
  readonly model: string;
  readonly vectors: number[][];
  readonly indices: number[];
  readonly tokens: number;
}

interface Failure {
  readonly kind: string;
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly type: string;
  readonly message: string;
  readonly request: string;
}

/** Those that one run of a client makes of the same service. */
const CALLS = [
  'default',
  'float',
  'string',
  'images',
  'many',
  'models',
  'token ids',
  'model',
  'dimensions',
  'image',
  'too many',
] as const;
const THINGS = Array.from({ length: 2048 }, (_, at) => `thing number ${at}`);
const WORDS = ['a cat', '', 'a cup of coffee'];
const TOLERANCE = 1e-5;

function expectSame(vectors: readonly number[][], expected: readonly number[][]): void {
  expect(vectors).to.have.length(expected.length);
  vectors.forEach((vector, at) => expect(maxAbsDifference(vector, expected[at]!)).to.be.below(TOLERANCE));
}

describe('clients of other services, unchanged', function () {
  let service: ServiceProcess;
  let started: ServiceProcess | undefined;
  before(async function () {
    this.timeout(INSTALL_TIMEOUT_MS);
    await installClients();
    service = await startServiceProcess(['--cache-bytes', '64M']); // the same thousands of texts are asked for again
  });
  after(() => service?.stop());
  afterEach(async () => {
    await started?.stop();
    started = undefined;
  });

  const textVectors = async (texts: readonly string[]) => {
    const answers = [];
    for (let at = 0; at < texts.length; at += 256)
      answers.push(await vectorize(service.url, { texts: texts.slice(at, at + 256) }));
    return answers.flatMap(({ textVectors }) => textVectors);
  };

  for (const file of ['openai-client.py', 'openai-client.mjs']) {
    describe(file, () => {
      let answers: Record<string, unknown>;
      before(async () => {
        answers = await runClient(file, CALLS.join(), service.url);
      });
      const answerTo = <T = Embeddings>(call: (typeof CALLS)[number]) => answers[call] as T;

      for (const call of ['default', 'float'] as const) {
        it(`gets the vectors of texts, an empty one too, in its ${call} encoding`, async () => {
          const { model, vectors, indices, tokens } = answerTo(call);
          expect([model, indices]).to.deep.equal(['starter', [0, 1, 2]]);
          expectSame(vectors, await textVectors(WORDS));
          expect(tokens).to.equal(4 + 2 + 6);
        });
      }

      it('gets that of a single string', async () => {
        expectSame(answerTo('string').vectors, await textVectors(['a cat']));
      });

      it('gets those of images beside texts', async () => {
        const { vectors } = answerTo('images');
        const photo = readFileSync(new URL('samples/chelsea-the-cat.jpg', ROOT));
        const { textVectors, imageVectors } = await vectorize(service.url, {
          texts: ['a cat'],
          images: [photo],
        });
        expectSame(vectors, [...textVectors, ...imageVectors]);
      });

      it('gets 2048 at once', async () => {
        expectSame(answerTo('many').vectors, await textVectors(THINGS));
      });

      it('finds the model', () => {
        expect(answerTo<string[]>('models')).to.deep.equal(['starter', 'starter']);
      });

      for (const [call, kind, status, code, param, words] of [
        [
          'token ids',
          'BadRequestError',
          400,
          'token_ids_not_supported',
          'input',
          'send the texts themselves',
        ],
        [
          'model',
          'NotFoundError',
          404,
          'model_not_found',
          'model',
          'expected "starter", whose vectors have 384 dimensions',
        ],
        [
          'dimensions',
          'BadRequestError',
          400,
          'invalid_request',
          'dimensions',
          'expected 384, the length of the vectors of starter',
        ],
        ['image', 'UnprocessableEntityError', 422, 'invalid_image', 'input', 'input[0]: '],
        ['too many', undefined, 413, 'payload_too_large', 'input', 'MAX_TEXTS'],
      ] as const) {
        it(`is told what is wrong: ${call}`, () => {
          const failure = answerTo<Failure>(call);
          expect(failure).to.include({ status, code, param, type: 'invalid_request_error' });
          if (kind !== undefined) expect(failure.kind).to.equal(kind);
          expect(failure.message).to.include(words);
          expect(failure.request).to.match(/^[\w-]{36}$/);
        });
      }

      it('waits as long as it is told to, and tries again', async () => {
        started = await startServiceProcess(['--rate-limit', '2/s']);
        const before = performance.now();
        const { retried } = await runClient<{ retried: Embeddings }>(file, 'retried', started.url);
        expect(retried.vectors).to.have.length(2);
        expect(performance.now() - before).to.be.greaterThan(500);
        expect(
          await readMetric(started.url, 'handspring_limit_refusals_total{option="RATE_LIMIT"}'),
        ).to.equal(1);
      });

      it('does not ask again for what took too long', async () => {
        started = await startServiceProcess(['--deadline', '1ms']);
        const { late } = await runClient<{ late: Failure }>(file, 'late', started.url);
        expect(late).to.include({ status: 504, code: 'deadline', type: 'server_error' });
        expect(await readMetric(started.url, 'handspring_limit_refusals_total{option="DEADLINE"}')).to.equal(
          1,
        );
      });
    });
  }

  for (const file of ['langchain-client.py', 'langchain-client.mjs', 'llamaindex-client.py']) {
    it(`${file} embeds queries and documents`, async () => {
      const answer = await runClient<{ query: number[]; documents: number[][] }>(file, 'embed', service.url);
      expectSame([answer.query], await textVectors(['a cat']));
      expectSame(answer.documents, await textVectors(THINGS.slice(0, 1200)));
    });
  }

  it('the example of docs/api.md prints how alike a text and a photo are', async () => {
    const [block] = readBlocks('docs/api.md').filter(({ needs }) => needs === 'clients');
    const printed = await runPython(block?.text.replaceAll('http://localhost:8080', service.url) ?? '');
    expect(Number(printed)).to.be.within(-1, 1);
  });

  for (const { text, line } of readBlocks('docs/clients.md').filter(({ needs }) => needs === 'clients')) {
    it(`the example of docs/clients.md in line ${line} prints how alike two texts are`, async () => {
      const printed = await runPython(text.replaceAll('http://localhost:8080', service.url));
      expect(Number(printed)).to.be.within(0.5, 1);
    });
  }

  it('LangChain for Python is told what to set where it sends ids of tokens, as it does by default', async () => {
    const failure = await runClient<Failure>('langchain-client.py', 'default', service.url);
    expect(failure.code).to.equal('token_ids_not_supported');
    expect(failure.message).to.include('check_embedding_ctx_length=False');
  });
});
