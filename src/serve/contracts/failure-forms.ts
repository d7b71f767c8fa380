import { COHERE_FAILURE } from './cohere/failure.js';
import { NATIVE_FAILURE } from './failure-form.js';
import type { FailureForm } from './failure-form.js';
import { OPENAI_FAILURE } from './openai/failure.js';
import { TEI_FAILURE } from './tei/failure.js';

/**
 * In which form a path fails, itself and all below it; elsewhere in the native one. A path and not a contract decides, as much
 * fails before any contract has read it, and where there is no route at all: clients parse each answer into one type.
 */
const FORMS: Readonly<Record<string, FailureForm>> = {
  '/v1': OPENAI_FAILURE,
  '/embeddings': OPENAI_FAILURE,
  '/models': OPENAI_FAILURE,
  '/embed': TEI_FAILURE,
  '/info': TEI_FAILURE,
  '/v2': COHERE_FAILURE,
};

/** @param url A request's target: a path, with or without a query, or a whole address. */
export function failureFormOf(url: string): FailureForm {
  const path = url
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/^\/+/, '/')
    .toLowerCase(); // as routes are found
  const prefix = Object.keys(FORMS).find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  return prefix === undefined ? NATIVE_FAILURE : FORMS[prefix]!;
}
