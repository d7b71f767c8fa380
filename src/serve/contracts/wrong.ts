import { HandspringError, fieldOf } from '../../core/errors.js';
import { nameOf } from '../../core/name-of.js';

/** A request of which something, by its name in it, is not what was expected. Never with what was sent itself. */
export function wrong(name: string, expected: string, received: string): HandspringError {
  return new HandspringError('invalid_request', `${name}: expected ${expected}, received ${received}`, {
    field: fieldOf(name),
  });
}

/** A body that is an object, with its keys. @throws HandspringError that names a key that it needs. */
export function objectOf(body: unknown, key: string): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Readonly<Record<string, unknown>>;
  throw new HandspringError(
    'invalid_request',
    `body: expected a JSON object with "${key}", received ${nameOf(body)}`,
  );
}

/** What is meant by a key that takes `true` or `false`; `fallback` where it is absent or `null`. */
export function booleanOf(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false', nameOf(value));
}

/** What a value is, in words for the caller: a word of its own if it is short, else its kind. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' && /^[\w.:-]{1,40}$/.test(value) ? JSON.stringify(value) : nameOf(value);
}
