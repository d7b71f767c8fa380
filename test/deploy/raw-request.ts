import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestOptions } from 'node:https';

export interface RawAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

/** Sends a path as it is written, with `..` and all, which `fetch` would tidy up. */
export function rawRequest(
  url: string,
  path: string,
  { body = '', ...options }: RequestOptions & { readonly body?: string } = {},
): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(url);
  const send = protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send({ hostname, port, path, agent: false, ...options }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (received += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'],
          body: received,
        }),
      );
    });
    request.once('error', reject);
    request.end(body);
  });
}
