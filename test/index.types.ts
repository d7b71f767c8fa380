// The types of the library: what has to compile, and what must not. Nothing here is run; `npm run types` reads it.
import { readFile } from 'node:fs/promises';
import { HandspringError, open, similarity, topK } from '../src/index.js';
import type { ErrorCode, Input, Match, Model, ModelFacts } from '../src/index.js';

export async function compiles(): Promise<void> {
  const { signal } = new AbortController();
  await using model: Model = await open('starter', {
    modalities: ['image', 'text'],
    precision: 'int8',
    signal,
    onProgress: ({ kind }) => void kind,
  });
  const [cat, photo] = await model.embed([{ text: 'a cat' }, { image: await readFile('cat.jpg') }]);
  const both: [Float32Array, Float32Array] = [cat, photo];
  const many: Float32Array[] = await model.embed([] as Input[], { signal, bulk: true });
  const alike: number = similarity(...both);
  const best: Match[] = topK(cat, many, 3);
  const { name, dimensions, normalised, towers, limits }: ModelFacts = model.facts;
  const code: ErrorCode = new HandspringError('internal', 'a bug').code;
  await model.embed([
    { image: new Blob() },
    { image: new Blob().stream() },
    { image: new ArrayBuffer(8) },
    { image: new URL('file:///cat.jpg') },
  ]);
  void [alike, best, name, dimensions, normalised, towers.image?.int8, limits.maxTextChars, code];
  await model.close();
}

export async function doesNotCompile(model: Model): Promise<void> {
  // @ts-expect-error a path is not guessed from a string
  await model.embed([{ image: 'cat.jpg' }]);
  // @ts-expect-error a text is no bytes
  await model.embed([{ text: new Uint8Array() }]);
  // @ts-expect-error an input is an object
  await model.embed(['a cat']);
  // @ts-expect-error there is no such modality
  await model.embed([{ smell: 'roses' }]);
  // @ts-expect-error there is no such precision
  await open('starter', { precision: 'int4' });
  // @ts-expect-error facts are not for changing
  model.facts.dimensions = 1;
  const [only] = await model.embed([{ text: 'a cat' }]);
  // @ts-expect-error it is a Float32Array
  const wrong: number[] = only;
  void wrong;
}
