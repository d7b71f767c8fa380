import * as value from './option-values.js';
import { WEAVIATE_USERS, option } from './option.js';

/** Weaviate's own rule; a small first letter it makes a capital. */
const COLLECTION = /^[A-Za-z][A-Za-z0-9_]{0,254}$/;

/** The name of a collection as Weaviate has it. */
const collectionName: value.ValueParser<string> = (name) => {
  if (name === '') return name;
  if (COLLECTION.test(name)) return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return value.expected('a name of letters, digits and _ that begins with a letter, such as Photo');
};

/** How Weaviate is reached. */
export const WEAVIATE_OPTIONS = {
  weaviate: option({
    flag: '--weaviate',
    env: 'WEAVIATE_URL',
    placeholder: 'URL',
    parse: value.optional(value.webAddress('http://localhost:8080')),
    fallback: '',
    doc: "Weaviate's REST address, such as http://localhost:8080",
    commands: WEAVIATE_USERS,
  }),
  weaviateGrpc: option({
    flag: '--weaviate-grpc',
    env: 'WEAVIATE_GRPC_URL',
    placeholder: 'URL',
    parse: value.optional(value.webAddress('http://localhost:50051')),
    fallback: '',
    doc: "Weaviate's gRPC address; without it port 50051 of the same host, or Weaviate Cloud's own",
    commands: WEAVIATE_USERS,
  }),
  weaviateApiKey: option({
    flag: '--weaviate-api-key',
    env: 'WEAVIATE_API_KEY',
    placeholder: 'KEY',
    parse: (text) => text,
    fallback: '',
    doc: 'The API key for Weaviate; the variable keeps it out of the list of processes',
    commands: WEAVIATE_USERS,
    secret: true,
  }),
  weaviateHeaders: option({
    flag: '--weaviate-header',
    env: 'WEAVIATE_HEADERS',
    placeholder: 'HEADER',
    parse: value.headers,
    fallback: '',
    doc: 'A header sent to Weaviate with each request, `Name: value`; more by repeating it, or one a line in the variable',
    commands: WEAVIATE_USERS,
    secret: true,
    repeatable: true,
  }),
  collection: option({
    flag: '--collection',
    env: 'COLLECTION',
    placeholder: 'NAME',
    parse: collectionName,
    fallback: '',
    doc: 'The Weaviate collection; `import` makes it if it is not there',
    commands: WEAVIATE_USERS,
  }),
} as const;
