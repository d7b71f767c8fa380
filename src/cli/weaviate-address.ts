import { ConfigError } from './options/config.js';
import type { Config } from './options/config.js';
import { toEndpoints } from '../photos/weaviate/address.js';
import type { WeaviateAddress } from '../photos/weaviate/address.js';
import { grpcProxyVariable } from './options/grpc-proxy.js';

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
  return addressOf(config);
}

type AddressConfig = Pick<Config, 'weaviate' | 'weaviateGrpc' | 'weaviateApiKey' | 'weaviateHeaders'>;

/** The address of a Weaviate that is named. */
export function addressOf(config: AddressConfig): WeaviateAddress {
  const endpoints = { url: config.weaviate, grpcUrl: config.weaviateGrpc };
  return {
    ...endpoints,
    apiKey: config.weaviateApiKey,
    headers: config.weaviateHeaders,
    grpcProxy: grpcProxyVariable(toEndpoints(endpoints).grpc.hostname),
  };
}
