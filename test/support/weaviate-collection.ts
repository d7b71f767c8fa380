import { randomUUID } from 'node:crypto';
import type { Collection, WeaviateClient } from 'weaviate-client';

/** What every object of the tests has: an image, and a title that BM25 can search. */
export interface Shown {
  readonly image?: string;
  readonly title?: string;
}

export type Vectorizers = NonNullable<Parameters<WeaviateClient['collections']['create']>[0]['vectorizers']>;

/** A new collection of such objects under a name of its own, so that a Weaviate in use is not disturbed. */
export async function createCollection(
  client: WeaviateClient,
  vectorizers: Vectorizers,
): Promise<Collection<Shown>> {
  const collection = await client.collections.create({
    name: `Handspring${randomUUID().replaceAll('-', '')}`,
    properties: [
      { name: 'image', dataType: 'blob' },
      { name: 'title', dataType: 'text' },
    ],
    vectorizers,
  });
  return collection as unknown as Collection<Shown>;
}

/** The vector of an object as Weaviate keeps it; `default` is the client's name for a collection's only one. */
export async function storedVector(
  collection: Collection<Shown>,
  id: string,
  name = 'default',
): Promise<number[] | undefined> {
  const object = await collection.query.fetchObjectById(id, { includeVector: true });
  return (object?.vectors as Record<string, number[]> | undefined)?.[name];
}
