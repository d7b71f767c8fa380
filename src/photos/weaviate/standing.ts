import type { WeaviateClient } from 'weaviate-client';

/** What Weaviate itself says of a collection: `starting` as long as it cannot tell. */
export type Standing = 'there' | 'missing' | 'starting';

/**
 * Asks Weaviate whether it is ready (`/v1/.well-known/ready`) and then for the collection. A Weaviate that starts answers
 * searches over gRPC some seconds before it has read its schema: only once it is ready is what is missing gone.
 */
export async function readStanding(
  client: { readonly isReady: () => Promise<boolean> } & {
    readonly collections: Pick<WeaviateClient['collections'], 'exists'>;
  },
  name: string,
): Promise<Standing> {
  try {
    if (!(await client.isReady())) return 'starting';
    return (await client.collections.exists(name)) ? 'there' : 'missing';
  } catch {
    return 'starting';
  }
}
