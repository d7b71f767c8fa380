import { expect } from 'chai';

/** The module's own vectors, asked for without Weaviate between. */
export interface Vectors {
  readonly textVectors: readonly number[][];
  readonly imageVectors: readonly number[][];
  /** Only where they were asked for. */
  readonly audioVectors?: readonly number[][];
}

/** What `POST /vectorize` of the module at `url` answers. */
export async function vectorize(
  url: string,
  items: Readonly<Partial<Record<'texts' | 'images' | 'audio', readonly string[]>>>,
  token?: string,
): Promise<Vectors> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/vectorize`, { method: 'POST', body: JSON.stringify(items), headers });
  expect(response.status).to.equal(200);
  return (await response.json()) as Vectors;
}

/** Requests to vectorize that the module at `url` has answered so far, by its metrics. */
export async function answeredRequests(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = text.matchAll(/^handspring_requests_total\{[^}]*route="vectorize"[^}]*\} (\d+)$/gm);
  return Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
}
