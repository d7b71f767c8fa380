import { HandspringError } from '../../../core/errors.js';
import type { ServedModel } from '../contract.js';
import { nameOf } from '../../../core/name-of.js';

/** Whether a model may be asked for by this name: its own, or one of `MODEL_ALIASES`. */
export function isNameOf({ name, aliases }: ServedModel, asked: string): boolean {
  return asked === name || aliases.includes(asked) || aliases.includes('*');
}

/**
 * Lets a request through that asks for the model that is served, or for none.
 * @throws HandspringError `model_not_found` that names it, and its dimensions: clients that have a default for one often have
 * one for the other.
 */
export function checkModelName(asked: unknown, model: ServedModel): void {
  if (asked === undefined || asked === null) return;
  if (typeof asked !== 'string')
    throw new HandspringError('invalid_request', `model: expected its name, received ${nameOf(asked)}`, {
      field: 'model',
    });
  if (!isNameOf(model, asked)) throw noSuchModel(asked, model);
}

export function noSuchModel(asked: string, { name, dimensions, aliases }: ServedModel): HandspringError {
  const names = [name, ...aliases].map((known) => JSON.stringify(known)).join(' or ');
  const received = JSON.stringify(asked.length > 100 ? `${asked.slice(0, 100)}…` : asked);
  return new HandspringError(
    'model_not_found',
    `model: expected ${names}, whose vectors have ${dimensions} dimensions, received ${received}; MODEL_ALIASES gives it further names`,
    { field: 'model' },
  );
}
