/** What a Weaviate needs to know to work with the module. */
export interface WeaviateSettings {
  /** The module as Weaviate reaches it, such as `http://127.0.0.1:8090`. */
  readonly moduleUrl: string;
  /** Of the server's own, beside or in place of those it has anyway: further modules, say, and their keys. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/** Ports in a row that `localVariables` needs for the inner parts of one server. */
export const INNER_PORTS = 4;

/** Variables for any Weaviate: the module, no login, one node that calls itself by a fixed name. */
export function commonVariables({ moduleUrl, variables }: WeaviateSettings): Record<string, string> {
  return {
    ENABLE_MODULES: 'multi2vec-clip',
    CLIP_INFERENCE_API: moduleUrl,
    DEFAULT_VECTORIZER_MODULE: 'none',
    AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'true',
    CLUSTER_HOSTNAME: 'node1',
    ENABLE_API_BASED_MODULES: 'false',
    DISABLE_TELEMETRY: 'true',
    LOG_LEVEL: 'warning',
    ...variables,
  };
}

/**
 * Variables for a server that runs on this machine itself, beside others: `INNER_PORTS` ports from `innerPort` on are its
 * own. The second of each pair must be the first plus one: where all nodes are on one machine, Weaviate works it out so
 * and never becomes ready otherwise.
 */
export function localVariables(
  dataPath: string,
  grpcPort: number,
  innerPort: number,
): Record<string, string> {
  return {
    PERSISTENCE_DATA_PATH: dataPath,
    GRPC_PORT: String(grpcPort),
    CLUSTER_IN_LOCALHOST: 'true',
    CLUSTER_ADVERTISE_ADDR: '127.0.0.1',
    CLUSTER_GOSSIP_BIND_PORT: String(innerPort),
    CLUSTER_DATA_BIND_PORT: String(innerPort + 1),
    RAFT_PORT: String(innerPort + 2),
    RAFT_INTERNAL_RPC_PORT: String(innerPort + 3),
    GO_PROFILING_DISABLE: 'true',
  };
}
