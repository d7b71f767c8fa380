// What OpenAI's own client for Node makes of the service: CALLS URL PHOTO prints JSON, the answer to each call by its name.
import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';

const [calls, url, photo] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-none' });

async function embed(options) {
  const answer = await client.embeddings.create({ model: 'starter', ...options });
  return {
    model: answer.model,
    vectors: answer.data.map(({ embedding }) => Array.from(embedding)),
    indices: answer.data.map(({ index }) => index),
    tokens: answer.usage.prompt_tokens,
  };
}

async function failure(options) {
  try {
    await embed(options);
  } catch (error) {
    const { status, code, param, type, message, requestID } = error;
    return { kind: error.constructor.name, status, code, param, type, message, request: requestID };
  }
}

const encoded = (await readFile(photo)).toString('base64');
const CALLS = {
  // The client asks for base64 by itself, and decodes whatever comes.
  default: () => embed({ input: ['a cat', '', 'a cup of coffee'] }),
  float: () => embed({ input: ['a cat', '', 'a cup of coffee'], encoding_format: 'float' }),
  string: () => embed({ input: 'a cat' }),
  images: () => embed({ input: ['a cat', `data:image/png;base64,${encoded}`] }),
  many: () => embed({ input: Array.from({ length: 2048 }, (_, at) => `thing number ${at}`) }),
  models: async () => [(await client.models.list()).data[0].id, (await client.models.retrieve('starter')).id],
  'token ids': () => failure({ input: [[9906, 1917]] }),
  model: () => failure({ input: 'a', model: 'text-embedding-3-small', dimensions: 1536 }),
  dimensions: () => failure({ input: 'a', dimensions: 1536 }),
  image: () => failure({ input: [`data:image/png;base64,${encoded.slice(0, 400)}`] }),
  'too many': () => failure({ input: Array(2049).fill('a') }),
  retried: async () => (await embed({ input: ['a', 'b'] }), embed({ input: ['a', 'b'] })),
  late: () => failure({ input: Array(64).fill('a') }),
};
const answers = {};
for (const call of calls.split(',')) answers[call] = await CALLS[call]();
process.stdout.write(JSON.stringify(answers));
