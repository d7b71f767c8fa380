import { get } from 'node:http';

export interface Answered {
  readonly status: number;
  readonly body: string;
}

const ANSWER_WITHIN_MS = 60_000;

/**
 * What a container answers, on a connection of its own. Docker accepts connections before anybody in the container does, and cuts
 * them then, at which Node's `fetch` may wait for ever.
 * @throws Error if there is no answer in a minute.
 */
export function ask(url: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: ANSWER_WITHIN_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('error', reject).once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.once('timeout', () => request.destroy(new Error(`${url}: no answer`)));
    request.once('error', reject);
  });
}
