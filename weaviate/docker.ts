import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { commonVariables } from './settings.js';
import type { WeaviateSettings } from './settings.js';
import { WEAVIATE_VERSION } from './version.js';

const IMAGE = `cr.weaviate.io/semitechnologies/weaviate:${WEAVIATE_VERSION}`;

/** How a container calls the machine it runs on; on Linux `--add-host` makes it so. */
export const HOST_FROM_CONTAINER = 'host.docker.internal';

/** Whether there is a Docker engine that answers; the command alone is not enough. */
export async function hasDockerEngine(env: NodeJS.ProcessEnv): Promise<boolean> {
  return promisify(execFile)('docker', ['info', '--format', '{{.ServerVersion}}'], {
    env,
    timeout: 10_000,
  }).then(
    ({ stdout }) => stdout.trim() !== '',
    () => false,
  );
}

export interface ContainerOptions extends WeaviateSettings {
  readonly httpPort: number;
  readonly grpcPort: number;
  /** A folder of this machine for the data; without it they go with the container. */
  readonly dataPath: string | undefined;
}

/** Arguments of `docker` for a Weaviate in the foreground that is gone once it is stopped, reached from this machine only. */
export function containerArguments(options: ContainerOptions): string[] {
  const variables = { ...commonVariables(options), PERSISTENCE_DATA_PATH: '/var/lib/weaviate' };
  return [
    ...['run', '--rm', '--init'],
    ...['--add-host', `${HOST_FROM_CONTAINER}:host-gateway`],
    ...[
      '--publish',
      `127.0.0.1:${options.httpPort}:8080`,
      '--publish',
      `127.0.0.1:${options.grpcPort}:50051`,
    ],
    ...(options.dataPath === undefined ? [] : ['--volume', `${options.dataPath}:/var/lib/weaviate`]),
    ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...[IMAGE, '--host', '0.0.0.0', '--port', '8080', '--scheme', 'http'],
  ];
}
