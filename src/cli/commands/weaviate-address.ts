import { ConfigError } from '../options/config.js';
import type { Config } from '../options/config.js';
import type { WeaviateAddress } from '../../photos/weaviate/connection.js';

/**
 * The address that a command's options give.
 * @throws ConfigError if there is none, or no collection is named.
 */
export function toWeaviateAddress(config: Config): WeaviateAddress {
  const problems: string[] = [];
  if (config.weaviate === '')
    problems.push('--weaviate or WEAVIATE_URL: expected the address of a Weaviate, received nothing');
  if (config.collection === '')
    problems.push('--collection or COLLECTION: expected the name of a collection, received nothing');
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    url: config.weaviate,
    grpcUrl: config.weaviateGrpc,
    apiKey: config.weaviateApiKey,
    headers: config.weaviateHeaders,
  };
}
