import { get as getHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { json } from 'node:stream/consumers';

/** Longest wait for the answer of what is at a port. */
const WAIT_MS = 3000;
const HEALTH = 'grpc.health.v1.Health';
const OWN = 'handspring.v1.Embeddings';

/** The model of a service of this kind at a port, as words to go on with; nothing for anything else. */
export async function servedAt(host: string, port: number, isTls: boolean): Promise<string | undefined> {
  try {
    const response = await get(`${isTls ? 'https' : 'http'}://${nameOf(host)}:${port}/meta`);
    const { handspring } = (await json(response)) as { handspring?: { model?: string | null } };
    return handspring && `, with ${handspring.model ?? 'a model it is still loading'}`;
  } catch {
    return undefined;
  }
}

/** Whether the port for gRPC is of a service of this kind, by its health, which asks for no token; nothing if not. */
export async function servesGrpcAt(host: string, port: number, isTls: boolean): Promise<string | undefined> {
  const { Client, credentials } = await import('@grpc/grpc-js');
  const { serviceDefinition } = await import('../../serve/grpc/schema.js');
  const { requestSerialize, responseDeserialize } = serviceDefinition(HEALTH)['Check']!;
  const client = new Client(
    `${nameOf(host)}:${port}`,
    isTls ? credentials.createSsl(null, null, null, ANY_NAME) : credentials.createInsecure(),
    isTls ? { 'grpc.ssl_target_name_override': 'localhost' } : {}, // an address cannot be asked for by TLS
  );
  try {
    const answer = await new Promise<{ readonly status: number }>((resolve, reject) => {
      const take = (error: Error | null, value?: { readonly status: number }) =>
        value ? resolve(value) : reject(error ?? new Error('no answer'));
      const deadline = Date.now() + WAIT_MS;
      const request = { service: OWN };
      client.makeUnaryRequest(
        `/${HEALTH}/Check`,
        requestSerialize,
        responseDeserialize as (bytes: Buffer) => { readonly status: number },
        request,
        { deadline },
        take,
      );
    });
    return answer.status === 1 ? '' : ', which is not ready';
  } catch {
    return undefined;
  } finally {
    client.close();
  }
}

/** The certificate is for the names that callers have, not for this one, and has a check of its own. */
const ANY_NAME = { rejectUnauthorized: false };

function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function get(url: string): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(WAIT_MS);
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? getHttps(url, { signal, ...ANY_NAME }, resolve)
      : getHttp(url, { signal }, resolve);
    request.once('error', reject);
  });
}
