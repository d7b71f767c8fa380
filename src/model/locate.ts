import { fileURLToPath } from 'node:url';
import { ROOT } from '../version.js';

/** The folder of a model by its name or path; `starter` is the one that comes with the program. */
export function locateModel(reference: string): string {
  return reference === 'starter' ? fileURLToPath(new URL('models/starter', ROOT)) : reference;
}
