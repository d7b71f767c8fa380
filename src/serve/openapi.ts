import type { ErrorCode } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { STATUS } from './errors.js';

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

/** The contract as an OpenAPI 3.1 document, as `GET /openapi.json` answers it. */
export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Handspring',
    version: VERSION,
    description:
      "Texts and images as vectors of one space: the contract of Weaviate's multi2vec-clip module.",
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  paths: {
    '/vectorize': { post: vectorize() },
    '/.well-known/live': probe('Whether the process lives: 204 from the moment it listens'),
    '/.well-known/ready': probe(
      'Whether it wants requests: 204 once the model is loaded, until it is told to stop',
      'not_ready',
    ),
    '/meta': {
      get: report("The model's configuration, and under `handspring` what this service is doing", {
        handspring: { type: 'object', properties: { towers: towerForms() } },
      }),
    },
    '/openapi.json': { get: report('This document', {}) },
    '/metrics': {
      get: {
        summary: 'Metrics for Prometheus',
        responses: {
          200: { description: 'Text format', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
    },
  },
  components: {
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description: 'Only where AUTHENTICATION_ALLOWED_TOKENS or KEYS_FILE is set',
      },
    },
    schemas: {
      Error: {
        type: 'object',
        required: ['error', 'code'],
        properties: { error: { type: 'string' }, code: { enum: Object.keys(STATUS) } },
      },
      Vector: { type: 'array', items: { type: 'number' }, minItems: 1 },
    },
  },
} as const;

function vectorize() {
  const vectors = { type: 'array', items: { $ref: '#/components/schemas/Vector' } };
  return {
    summary: 'One vector for each text and each image, in the order given',
    security: [{}, { token: [] }],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: { texts: items('Texts'), images: items('Images in base64') },
          },
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
          'Handspring-Truncated-Texts': {
            schema: { type: 'string' },
            description: "Indices of the texts longer than the model's context",
          },
        },
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['textVectors', 'imageVectors'],
              additionalProperties: false,
              properties: { textVectors: vectors, imageVectors: vectors },
            },
          },
        },
      },
      ...errors(
        'invalid_request',
        'unauthorized',
        'request_timeout',
        'payload_too_large',
        'invalid_image',
        'overloaded',
        'rate_limited',
        'encoder_failed',
        'internal',
        'not_ready',
        'deadline',
      ),
    },
  };
}

function towerForms() {
  const form = {
    type: 'object',
    required: ['precision', 'int8', 'optimized'],
    properties: {
      precision: { enum: ['fp32', 'fp16', 'int8'] },
      int8: { enum: ['rows', 'blocks', null], description: 'How int8 weights are scaled' },
      optimized: { type: 'boolean', description: 'Whether the graph was rewritten to do less work' },
    },
  };
  const description = 'In which form each tower answers; none before the model is loaded';
  return { type: 'object', description, properties: { image: form, text: form } };
}

function items(description: string) {
  return { type: ['array', 'null'], items: { type: 'string' }, description };
}

function probe(summary: string, ...codes: readonly ErrorCode[]) {
  const yes = { 204: { description: 'Yes' } };
  const no = Object.fromEntries(codes.map((code) => [STATUS[code], { description: 'No' }]));
  return {
    get: { summary, responses: { ...yes, ...errors(...codes) } },
    head: { summary, responses: { ...yes, ...no } },
  };
}

function report(summary: string, properties: object) {
  const schema = { type: 'object', properties };
  return { summary, responses: { 200: { description: 'Now', content: { 'application/json': { schema } } } } };
}

/** One answer for each status, which several codes can share. */
function errors(...codes: readonly ErrorCode[]) {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  const answers: Record<number, object> = {};
  for (const status of new Set(codes.map((code) => STATUS[code]))) {
    const description = codes.filter((code) => STATUS[code] === status).join(' or ');
    const headers = ERROR_HEADERS[status];
    answers[status] = { description, ...(headers && { headers }), content };
  }
  return answers;
}
