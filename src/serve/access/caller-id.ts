import type { Request } from 'express';
import { toCountedAddress } from './address.js';
import type { Key } from './key-ring.js';

/** Whose share of the service's room a request takes: its key's holder's, or its address's. */
export function callerId(request: Request, key: Key | undefined): string {
  return key ? `key ${key.name}` : `address ${toCountedAddress(request.ip ?? '')}`;
}
