import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { readBlocks } from '../docs/pages.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { maxAbsDifference, vectorize } from '../support/vectorize.js';
import { INSTALL_TIMEOUT_MS, installClients, runClient, runPython } from './clients.js';

const WORDS = ['a cat', '', 'a cup of coffee'];
const DOCUMENTS = Array.from({ length: 300 }, (_, at) => `thing number ${at}`);
const TOLERANCE = 1e-5;

interface Answer {
  readonly vectors: number[][];
  readonly texts: string[] | null;
  readonly tokens: number;
  readonly model: string;
}

function expectSame(vectors: readonly number[][], expected: readonly number[][]): void {
  expect(vectors).to.have.length(expected.length);
  vectors.forEach((vector, at) => expect(maxAbsDifference(vector, expected[at]!)).to.be.below(TOLERANCE));
}

describe('clients of Hugging Face, Cohere and Ollama, unchanged', function () {
  let service: ServiceProcess;
  before(async function () {
    this.timeout(INSTALL_TIMEOUT_MS);
    await installClients();
    // LlamaIndex's client for Cohere knows Cohere's models alone.
    service = await startServiceProcess(['--model-aliases', 'embed-v4.0']);
  });
  after(() => service?.stop());

  const ask = <T>(file: string, call: string) => runClient<T>(file, call, service.url);
  const textVectors = async (texts: readonly string[]) => {
    const halves = [texts.slice(0, 150), texts.slice(150)];
    const answers = await Promise.all(halves.map((half) => vectorize(service.url, { texts: half })));
    return answers.flatMap(({ textVectors }) => textVectors);
  };
  const imageVectors = async () => {
    const photo = readFileSync(new URL('samples/chelsea-the-cat.jpg', ROOT));
    return (await vectorize(service.url, { images: [photo] })).imageVectors;
  };

  for (const [file, call] of [
    ['tei-clients.py', 'llamaindex'],
    ['tei-clients.py', 'haystack'],
    ['cohere-client.py', 'llamaindex'],
    ['ollama-client.py', 'llamaindex'],
  ] as const) {
    it(`${call} embeds queries and documents by ${file}`, async () => {
      const { query, documents } = await ask<{ query: number[]; documents: number[][] }>(file, call);
      expectSame([query], await textVectors(['a cat']));
      expectSame(documents, await textVectors(DOCUMENTS));
    });
  }

  for (const call of ['huggingface_hub', 'whole']) {
    it(`huggingface_hub gets the vectors of texts: ${call}`, async () => {
      expectSame(await ask<number[][]>('tei-clients.py', call), await textVectors(WORDS));
    });
  }

  it('huggingface_hub is told what is wrong', async () => {
    const { status, message } = await ask<{ status: number; message: string }>('tei-clients.py', 'refused');
    expect(status).to.equal(400);
    expect(message).to.include('prompt_name: expected none');
  });

  it('Cohere’s gets the vectors of texts', async () => {
    const { vectors, texts, tokens } = await ask<Answer>('cohere-client.py', 'texts');
    expectSame(vectors, await textVectors(WORDS));
    expect([texts, tokens]).to.deep.equal([WORDS, 4 + 2 + 6]);
  });

  it('Cohere’s gets those of an image, and of inputs of both kinds', async () => {
    expectSame((await ask<Answer>('cohere-client.py', 'images')).vectors, await imageVectors());
    expectSame((await ask<Answer>('cohere-client.py', 'inputs')).vectors, [
      ...(await imageVectors()),
      ...(await textVectors(['a cat'])),
    ]);
  });

  for (const [call, kind, status, words] of [
    ['together', 'BadRequestError', 400, 'no vector for several together'],
    ['int8', 'BadRequestError', 400, 'embedding_types: expected a list of'],
    ['model', 'NotFoundError', 404, 'model: expected "starter"'],
  ] as const) {
    it(`Cohere’s is told what is wrong: ${call}`, async () => {
      const failure = await ask<{ kind: string; status: number; body: { message: string } }>(
        'cohere-client.py',
        call,
      );
      expect(failure).to.include({ kind, status });
      expect(failure.body.message).to.include(words);
    });
  }

  it('Ollama’s gets the vectors of texts, and of one', async () => {
    const { vectors, model, tokens } = await ask<Answer>('ollama-client.py', 'texts');
    expectSame(vectors, await textVectors(WORDS));
    expect([model, tokens]).to.deep.equal(['starter', 4 + 2 + 6]);
    expectSame((await ask<Answer>('ollama-client.py', 'string')).vectors, await textVectors(['a cat']));
  });

  for (const [call, status, words] of [
    ['model', 404, 'model: expected "starter"'],
    ['whole', 422, 'input: expected at most 256 tokens'],
  ] as const) {
    it(`Ollama’s is told what is wrong: ${call}`, async () => {
      const failure = await ask<{ status: number; message: string }>('ollama-client.py', call);
      expect(failure.status).to.equal(status);
      expect(failure.message).to.include(words);
    });
  }

  for (const { text } of readBlocks('docs/api.md').filter(
    ({ needs, text }) => needs === 'clients' && !text.includes('openai'),
  )) {
    it(`the example of docs/api.md runs: ${text.split('\n')[0]}`, async () => {
      const printed = await runPython(text.replaceAll('http://localhost:8080', service.url));
      expect(printed).to.match(/\b384\b/);
    });
  }
});
