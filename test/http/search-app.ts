import type { Request, Response, NextFunction } from 'express';
import express from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HandspringError } from '../../src/errors.js';
import type { SearchRoutesOptions } from '../../src/http/search-routes.js';
import { createSearchRoutes } from '../../src/http/search-routes.js';

const STATUS: Record<string, number> = {
  invalid_request: 400,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  invalid_image: 422,
  overloaded: 429,
};

/** The search routes alone on a free port of the loopback, with the least error handler that will do. */
export async function startSearchApp(options: SearchRoutesOptions, port = 0) {
  const app = express();
  app.use(createSearchRoutes(options));
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent || !(error instanceof HandspringError)) return next(error);
    res.status(STATUS[error.code] ?? 500).json({ error: error.message, code: error.code });
  });
  const server: Server = app.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
