import type { WeaviateAddress } from './address.js';

interface ClusterStatistics {
  readonly statistics?: readonly { readonly raft?: { readonly term?: string } }[];
}

/**
 * The term of the cluster's leadership (Raft), which grows when the leader starts again: whether it is the same before and
 * after tells of a restart that the client has covered up by trying again. `undefined` where it cannot be read.
 */
export async function readLeadershipTerm({
  url,
  apiKey,
  headers,
}: WeaviateAddress): Promise<string | undefined> {
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/v1/cluster/statistics`, {
      headers: { ...headers, ...(apiKey === '' ? {} : { Authorization: `Bearer ${apiKey}` }) },
      signal: AbortSignal.timeout(10_000),
    });
    const { statistics } = (await response.json()) as ClusterStatistics;
    const terms = (statistics ?? []).map(({ raft }) => Number(raft?.term ?? NaN));
    const newest = Math.max(...terms.filter(Number.isFinite));
    return Number.isFinite(newest) ? String(newest) : undefined;
  } catch {
    return undefined;
  }
}
