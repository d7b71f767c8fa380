import type { WeaviateServer } from './server.js';

/** Where clients look for Weaviate's gRPC port if nobody tells them. */
const USUAL_GRPC_PORT = 50051;

/** The commands with which to go on beside a Weaviate that runs: photos into a collection, and the page over it. */
export function nextCommands({ url, grpcPort }: Pick<WeaviateServer, 'url' | 'grpcPort'>): string[] {
  const grpc = grpcPort === USUAL_GRPC_PORT ? '' : ` --weaviate-grpc http://127.0.0.1:${grpcPort}`;
  const target = `--weaviate ${url}${grpc} --collection Photo`;
  // Not on the page's usual port: Weaviate has it.
  return [
    `npm run -s handspring -- import ~/Pictures ${target}`,
    `npm run -s handspring -- demo ${target} --port 8000`,
  ];
}
