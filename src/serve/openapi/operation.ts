import type { ErrorCode } from '../../core/errors.js';
import { NATIVE_FAILURE } from '../contracts/failure-form.js';
import type { FailureForm } from '../contracts/failure-form.js';
import { STATUS } from '../errors.js';

const header = (description: string, type = 'string') => ({ schema: { type }, description });

/** Only where RATE_LIMIT, QUOTA or a key's own limits are set; beside every answer that they concern. */
const RATE_HEADERS = {
  'RateLimit-Policy': header('The limits of this caller: "rate";q=ITEMS;w=SECONDS, and "quota" likewise'),
  RateLimit: header('What is left of them: "rate";r=ITEMS;t=SECONDS until the window ends'),
};

const RETRY_AFTER = { 'Retry-After': header('When to try again, in seconds', 'integer') };

/** What the answers with a status carry, beside the error. */
const ERROR_HEADERS: Readonly<Record<number, object>> = {
  [STATUS.payload_too_large]: RATE_HEADERS,
  [STATUS.overloaded]: { ...RETRY_AFTER, ...RATE_HEADERS },
  [STATUS.not_ready]: RETRY_AFTER,
  [STATUS.deadline]: { ...RETRY_AFTER, ...RATE_HEADERS },
};

/** What a request for vectors can fail with. */
const REQUEST_ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'image_urls_off',
  'unauthorized',
  'request_timeout',
  'payload_too_large',
  'invalid_image',
  'invalid_media',
  'overloaded',
  'rate_limited',
  'encoder_failed',
  'internal',
  'not_ready',
  'deadline',
];

/** Without a token, where none is asked for; else in one of the two ways that HTTP has. */
export const SECURITY = [{}, { token: [] }, { password: [] }];

/** What the document tells of a contract. */
export interface JsonOperation {
  readonly summary: string;
  /** JSON Schemas of the bodies. */
  readonly request: object;
  readonly answer: object;
  /** What it can fail with beside what every request for vectors can. */
  readonly errors?: readonly ErrorCode[];
  /** A request that is answered; tests send it. */
  readonly example: object;
  /** Headers of the answer beside those that every contract has. */
  readonly headers?: object;
}

/** What a contract's operation is made of in the document. */
export interface ToldOperation extends JsonOperation {
  /** The contract's. */
  readonly name: string;
  readonly failure: FailureForm;
}

/** `/v1/models/{name}` asked with `get` → `getV1ModelsName`: as lasting as the path is, and no other's. */
export function operationId(method: 'get' | 'head' | 'post', path: string): string {
  const words = path.split(/[^a-z0-9]+/i).filter((word) => word !== '');
  return method + words.map(capitalised).join('');
}

/** What a contract's bodies are called among the document's schemas: `VectorizeRequest`, `VectorizeAnswer`. */
export function namedSchemas({ name, request, answer }: ToldOperation): [name: string, schema: object][] {
  const names = schemaNames(name);
  return [
    [names.request, request],
    [names.answer, answer],
  ];
}

function schemaNames(contract: string) {
  return { request: `${capitalised(contract)}Request`, answer: `${capitalised(contract)}Answer` };
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function refs(contracts: readonly ToldOperation[], body: 'request' | 'answer'): object {
  const names = contracts.map(({ name }) => schemaNames(name)[body]);
  const [first = {}, ...others] = names.map((name) => ({ $ref: `#/components/schemas/${name}` }));
  return others.length === 0 ? first : { anyOf: [first, ...others] };
}

/** The operation of a path: what is common to all contracts around the bodies of those that share it. */
export function jsonOperation(path: string, contracts: readonly ToldOperation[]): object {
  const failure = anyOf(contracts.map(({ failure }) => failure.schema));
  return {
    operationId: operationId('post', path),
    tags: contracts.map(({ name }) => name),
    summary: contracts.map(({ summary }) => summary).join('; or: '),
    security: SECURITY,
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: refs(contracts, 'request'),
          examples: Object.fromEntries(
            contracts.map(({ summary, example }) => [summary, { value: example }]),
          ),
        },
      },
    },
    responses: {
      200: {
        description: 'The vectors',
        headers: {
          ...RATE_HEADERS,
          'Server-Timing': {
            schema: { type: 'string' },
            description: 'prepare, queue and encode, in milliseconds',
          },
          ...Object.fromEntries(contracts.flatMap(({ headers }) => Object.entries(headers ?? {}))),
        },
        content: { 'application/json': { schema: refs(contracts, 'answer') } },
      },
      ...errorResponses([...REQUEST_ERRORS, ...contracts.flatMap(({ errors }) => errors ?? [])], failure),
    },
  };
}

function anyOf(schemas: readonly object[]): object {
  const [first = {}, ...others] = new Set(schemas);
  return others.length === 0 ? first : { anyOf: [first, ...others] };
}

/** One answer for each status, which several codes can share. */
export function errorResponses(codes: readonly ErrorCode[], schema: object = NATIVE_FAILURE.schema) {
  const content = { 'application/json': { schema } };
  const answers: Record<number, object> = {};
  for (const status of new Set(codes.map((code) => STATUS[code]))) {
    const description = codes.filter((code) => STATUS[code] === status).join(' or ');
    const headers = ERROR_HEADERS[status];
    answers[status] = { description, ...(headers && { headers }), content };
  }
  return answers;
}
