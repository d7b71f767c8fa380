import type { AppParts } from '../../../../src/serve/app.js';
import type { ServedModel } from '../../../../src/serve/contracts/contract.js';
import { FAKE_MODEL, startTestApp } from '../../../support/app.js';
import type { TestApp } from '../../../support/app.js';

export interface Answer {
  readonly object: string;
  readonly model: string;
  readonly data: readonly { readonly object: string; readonly index: number; readonly embedding: number[] }[];
  readonly usage: object;
}

export interface Failure {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: unknown;
    readonly code: string;
  };
  readonly detail: string;
  readonly message: string;
}

/** Two bytes, the first of which is `I`. */
export const IMAGE = Buffer.from('II').toString('base64');
export const DATA_URI = `data:image/png;base64,${IMAGE}`;

/** A client of an app that is started at its first request, and closed after each test. */
export class OpenaiClient {
  app: TestApp | undefined;

  constructor() {
    afterEach(async () => {
      await this.app?.close();
      this.app = undefined;
    });
  }

  /** @param parts Of the app, if this is the first request to it. */
  async fetch(path: string, init: RequestInit, parts: Partial<AppParts> = {}): Promise<Response> {
    this.app ??= await startTestApp(parts);
    return fetch(this.app.url + path, init);
  }

  /** @param body Sent as JSON, unless it is a string. */
  async post<T = Answer>(body: unknown, parts: Partial<AppParts> = {}, path = '/v1/embeddings') {
    const json = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await this.fetch(path, { method: 'POST', body: json }, parts);
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }
}

/** Parts of an app with a model that is other than usual. */
export function serving(changes: Partial<ServedModel>): Partial<AppParts> {
  return { model: () => ({ ...FAKE_MODEL, ...changes }) };
}
