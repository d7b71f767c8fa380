import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { startServer } from './start-server.js';
import { untilStopped } from './until-stopped.js';

/** `handspring serve`: runs until a signal; resolves with the exit code. */
export async function serve(config: Config, log: Logger): Promise<number> {
  const started = performance.now();
  return untilStopped(config, log, async (stop) => {
    const server = await startServer(config, log, { stop });
    log.info(
      {
        url: server.url,
        ...(server.opsPort === undefined ? {} : { opsPort: server.opsPort }),
        ...(server.grpcPort === undefined ? {} : { grpcPort: server.grpcPort }),
        model: server.model.name,
        startMs: Math.round(performance.now() - started),
        sinceProcessStartMs: Math.round(performance.now()),
      },
      'ready',
    );
    return { server };
  });
}
