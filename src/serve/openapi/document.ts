import type { ErrorCode } from '../../core/errors.js';
import { VERSION } from '../../core/version.js';
import { contractsByPath } from '../contracts/contract.js';
import type { Contract, ServedModel } from '../contracts/contract.js';
import { failureFormOf } from '../contracts/failure-forms.js';
import { MODELS_PATHS } from '../contracts/openai/models.js';
import { STATUS } from '../errors.js';
import { ofModel } from './of-model.js';
import { SECURITY, errorResponses, jsonOperation, namedSchemas, operationId } from './operation.js';
import type { ToldOperation } from './operation.js';
import { USAGE_PATH, USAGE_SCHEMA } from '../limits/usage.js';

const WHERE_TOKENS_ARE = 'Only where AUTHENTICATION_ALLOWED_TOKENS or KEYS_FILE is set';

/**
 * The contracts and what stands beside them as an OpenAPI 3.1 document, as `GET /openapi.json` answers it.
 * @param model Once it is known what it takes, that alone is promised to be answered.
 */
export function openApiDocument(contracts: readonly Contract[], model?: ServedModel): object {
  const paths = Array.from(
    contractsByPath(contracts),
    ([path, { usual, others }]) =>
      [path, [usual, ...others].map((contract) => told(contract, model))] as const,
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Handspring',
      version: VERSION,
      description:
        "Texts, images and sounds as vectors of one space: the contracts of Weaviate's own modules and of OpenAI's embeddings.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: {
      ...Object.fromEntries(paths.map(([path, told]) => [path, { post: jsonOperation(path, told) }])),
      ...modelsPaths(),
      '/info': { get: infoOperation() },
      [USAGE_PATH]: { get: usageOperation() },
      '/health': {
        get: {
          operationId: operationId('get', '/health'),
          summary: 'As /.well-known/ready, for clients of text-embeddings-inference',
          responses: { 200: { description: 'Yes' }, ...errorResponses(['not_ready']) },
        },
      },
      '/.well-known/live': probe(
        '/.well-known/live',
        'Whether the process lives: 204 from the moment it listens',
      ),
      '/.well-known/ready': probe(
        '/.well-known/ready',
        'Whether it wants requests: 204 once the model is loaded, until it is told to stop',
        'not_ready',
      ),
      '/meta': {
        get: report('/meta', "The model's configuration, and under `handspring` what this service is doing", {
          handspring: { type: 'object', properties: { towers: towerForms() } },
        }),
      },
      '/openapi.json': { get: report('/openapi.json', 'This document', {}) },
      '/metrics': {
        get: {
          operationId: operationId('get', '/metrics'),
          summary: 'Metrics for Prometheus',
          responses: {
            200: { description: 'Text format', content: { 'text/plain': { schema: { type: 'string' } } } },
          },
        },
      },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: WHERE_TOKENS_ARE },
        password: {
          type: 'http',
          scheme: 'basic',
          description: `${WHERE_TOKENS_ARE}: the token is the password, of any user`,
        },
      },
      schemas: {
        Error: {
          type: 'object',
          required: ['error', 'code'],
          properties: { error: { type: 'string' }, code: { enum: Object.keys(STATUS) } },
        },
        Model: {
          type: 'object',
          required: ['id', 'object', 'created', 'owned_by'],
          properties: {
            id: { type: 'string' },
            object: { const: 'model' },
            created: { type: 'integer' },
            owned_by: { type: 'string' },
          },
        },
        Vector: { type: 'array', items: { type: 'number' }, minItems: 1 },
        ...Object.fromEntries(paths.flatMap(([, told]) => told.flatMap(namedSchemas))),
      },
    },
  };
}

function infoOperation() {
  const { schema } = failureFormOf('/info');
  const facts = {
    type: 'object',
    required: ['model_id', 'max_input_length', 'max_client_batch_size', 'version'],
  };
  return {
    operationId: operationId('get', '/info'),
    summary: 'The model and its limits, as clients of text-embeddings-inference ask',
    security: SECURITY,
    responses: { ...ok(facts), ...errorResponses(['unauthorized', 'not_ready'], schema) },
  };
}

function usageOperation() {
  return {
    operationId: operationId('get', USAGE_PATH),
    summary: 'What the caller who asks has used of its limits, and has left',
    security: SECURITY,
    responses: { ...ok(USAGE_SCHEMA), ...errorResponses(['unauthorized', 'not_ready']) },
  };
}

function modelsPaths() {
  const security = SECURITY;
  const entry = { $ref: '#/components/schemas/Model' };
  const list = {
    type: 'object',
    required: ['object', 'data'],
    properties: { object: { const: 'list' }, data: { type: 'array', items: entry } },
  };
  const parameters = [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }];
  const errors = errorResponses(['unauthorized', 'not_ready'], failureFormOf('/v1/models').schema);
  const noSuch = errorResponses(
    ['unauthorized', 'not_ready', 'model_not_found'],
    failureFormOf('/v1/models').schema,
  );
  return Object.fromEntries(
    MODELS_PATHS.flatMap((path) => [
      [
        path,
        {
          get: {
            operationId: operationId('get', path),
            summary: 'The model that is served',
            security,
            responses: { ...ok(list), ...errors },
          },
        },
      ],
      [
        `${path}/{name}`,
        {
          get: {
            operationId: operationId('get', `${path}/{name}`),
            summary: 'The model of that name',
            security,
            parameters,
            responses: { ...ok(entry), ...noSuch },
          },
        },
      ],
    ]),
  );
}

function ok(schema: object) {
  return { 200: { description: 'Yes', content: { 'application/json': { schema } } } };
}

function told(
  { name, path, operation, requestOf, failure = failureFormOf(path) }: Contract,
  model: ServedModel | undefined,
): ToldOperation {
  const request = model ? ofModel(requestOf?.(model) ?? operation.request, model) : operation.request;
  return { ...operation, name, request, failure };
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
  const description = 'In which form the tower of each modality answers; none before the model is loaded';
  return { type: 'object', description, additionalProperties: form };
}

function probe(path: string, summary: string, ...codes: readonly ErrorCode[]) {
  const yes = { 204: { description: 'Yes' } };
  const no = Object.fromEntries(codes.map((code) => [STATUS[code], { description: 'No' }]));
  return {
    get: { operationId: operationId('get', path), summary, responses: { ...yes, ...errorResponses(codes) } },
    head: { operationId: operationId('head', path), summary, responses: { ...yes, ...no } },
  };
}

function report(path: string, summary: string, properties: object) {
  const schema = { type: 'object', properties };
  return {
    operationId: operationId('get', path),
    summary,
    responses: { 200: { description: 'Now', content: { 'application/json': { schema } } } },
  };
}
