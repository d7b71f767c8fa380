import type { Body } from '../load/bodies.js';
import type { Answer, Client } from '../load/client.js';

/**
 * The vectors that a server gives for requests of one item each, all sent at once.
 * @throws Error that says how an answer departs from the contract.
 */
export function askVectors(client: Client, kind: string, bodies: readonly Body[]): Promise<number[][]> {
  return Promise.all(bodies.map(async (body) => readVectors(await client.post(body), kind)));
}

/**
 * The one vector of an answer to a request of one item.
 * @throws Error that says how the answer departs from the contract.
 */
export function readVectors({ status, bytes }: Answer, kind: string): number[] {
  if (status !== 200)
    throw new Error(`${kind}: expected 200, received ${status}: ${bytes.toString().slice(0, 200)}`);
  const answer = JSON.parse(bytes.toString()) as Record<string, unknown>;
  const [asked, other] = kind.startsWith('text')
    ? (['textVectors', 'imageVectors'] as const)
    : (['imageVectors', 'textVectors'] as const);
  const vectors = answer[asked];
  const none = answer[other];
  if (!Array.isArray(none) || none.length > 0) throw new Error(`${kind}: expected an empty ${other}`);
  if (!Array.isArray(vectors) || vectors.length !== 1)
    throw new Error(`${kind}: expected one vector in ${asked}`);
  const vector: unknown = vectors[0];
  if (!isVector(vector)) throw new Error(`${kind}: expected a list of finite numbers in ${asked}`);
  return vector;
}

function isVector(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((x) => typeof x === 'number' && Number.isFinite(x))
  );
}
