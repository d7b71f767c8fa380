export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly textVectors: number[][];
  readonly imageVectors: number[][];
  readonly error: string;
  readonly code: string;
}

export interface VectorizeItems {
  readonly texts?: readonly string[];
  readonly images?: readonly Uint8Array[];
}

/** Sends one request as Weaviate does. */
export async function vectorize(url: string, { texts = [], images = [] }: VectorizeItems): Promise<Answer> {
  const body = JSON.stringify({
    texts,
    images: images.map((bytes) => Buffer.from(bytes).toString('base64')),
  });
  const response = await fetch(`${url}/vectorize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const answer = (await response.json()) as Answer;
  return { ...answer, status: response.status, headers: response.headers };
}

export function maxAbsDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(...a.map((x, index) => Math.abs(x - (b[index] ?? NaN))));
}
